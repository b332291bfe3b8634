import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { samplingRequestOf } from '../context/index.js';
import { checkArray, checkOptions } from '../option-checks.js';
import {
  checkSampler,
  type Sampler,
  type SamplingResult,
  shutDownSamplers,
  startSamplers,
} from './sampler.js';
import { parentOf, SAMPLED, withoutThreshold } from './sampler-result.js';
import { compileRule, type SamplingRule } from './sampling-rule.js';

/** Options of a {@link RuleBasedSampler}. */
export interface RuleBasedSamplerOptions {
  /** Evaluated in order; the first matching rule provides the sampler. */
  readonly rules: readonly SamplingRule[];
  /** The sampler for spans that match no rule. */
  readonly default: Sampler;
}

interface CompiledRule {
  readonly fits: ReturnType<typeof compileRule>;
  readonly sampler: Sampler;
}

/**
 * Selects a sampler by the name, kind and attributes of a span at its start: for example no health checks,
 * all payments, and one in ten of all others. A debug request of the caller overrides all samplers.
 *
 * It decides for each span independently, so a child can be kept without its parent. Use it as the root of
 * a `ParentBasedSampler` to decide once for a whole trace. If a predicate throws, the tracer reports it and
 * does not sample the span.
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
  /** False: different rules can apply to a parent and its child. */
  readonly followsUnsampledParent = false;
  readonly #rules: readonly CompiledRule[];
  readonly #default: Sampler;

  /** @throws TracingConfigError if a sampler is missing or a condition is invalid */
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

  start(): void {
    startSamplers(this.#all());
  }

  shutdown(): void {
    shutDownSamplers(this.#all());
  }

  toString(): string {
    const rules = this.#rules.map(({ sampler }) => String(sampler)).join(', ');
    return `RuleBasedSampler{rules=[${rules}], default=${this.#default}}`;
  }

  #all(): Sampler[] {
    return [...this.#rules.map(({ sampler }) => sampler), this.#default];
  }
}
