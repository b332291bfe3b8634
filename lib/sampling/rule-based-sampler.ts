import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { samplingRequestOf } from '../context/index.js';
import { checkArray, checkOptions } from '../option-checks.js';
import { checkSampler, type Sampler, type SamplingResult } from './sampler.js';
import { parentOf, SAMPLED, withoutThreshold } from './sampler-result.js';
import { compileRule, type SamplingRule } from './sampling-rule.js';

/** The rules, and who decides where none fits. */
export interface RuleBasedSamplerOptions {
  /** Asked in order; the first that fits names the sampler. */
  readonly rules: readonly SamplingRule[];
  /** Asked where no rule fits. */
  readonly default: Sampler;
}

interface CompiledRule {
  readonly fits: ReturnType<typeof compileRule>;
  readonly sampler: Sampler;
}

/**
 * Chooses the sampler by what is known at the start of a span: health checks never, payments
 * always, everything else one in ten. A debug request of the caller beats all of its samplers.
 *
 * It judges each span by itself, so a child may be kept where its parent was not; make it the root
 * of a `ParentBasedSampler` to judge whole traces by their first span. A predicate that throws is
 * reported by the tracer, and its span is not sampled.
 *
 * @example
 * new RuleBasedSampler({
 *   rules: [
 *     { attributes: { 'url.path': /^\/health/ }, sampler: new AlwaysOffSampler() },
 *     { spanName: 'pay', sampler: new AlwaysOnSampler() },
 *   ],
 *   default: new ProbabilitySampler(0.1),
 * })
 */
export class RuleBasedSampler implements Sampler {
  /** Even samplers that all follow their parent would not here: parent and child may meet two. */
  readonly followsUnsampledParent = false;
  readonly #rules: readonly CompiledRule[];
  readonly #default: Sampler;

  /** @throws TracingConfigError if a sampler is missing or a condition cannot be used */
  constructor(options: RuleBasedSamplerOptions) {
    checkOptions('RuleBasedSampler', options);
    this.#rules = checkArray('RuleBasedSampler.rules', options.rules).map((rule, index) => {
      const name = `RuleBasedSampler.rules[${index}]`;
      const fits = compileRule(name, rule);
      return { fits, sampler: checkSampler(`${name}.sampler`, rule.sampler) };
    });
    this.#default = checkSampler('RuleBasedSampler.default', options.default);
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    if (samplingRequestOf(context) === 'debug') {
      return withoutThreshold(SAMPLED, parentOf(context, traceId)?.traceState);
    }
    const rule = this.#rules.find(({ fits }) => fits(spanName, spanKind, attributes));
    const sampler = rule?.sampler ?? this.#default;
    return sampler.shouldSample(context, traceId, spanName, spanKind, attributes, links);
  }

  toString(): string {
    const rules = this.#rules.map(({ sampler }) => String(sampler)).join(', ');
    return `RuleBasedSampler{rules=[${rules}], default=${this.#default}}`;
  }
}
