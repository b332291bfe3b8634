import {
  type Attributes,
  type Context,
  type Link,
  type SpanContext,
  type SpanKind,
  TraceFlags,
} from '@opentelemetry/api';
import { type SamplingRequest, samplingRequestOf } from '../context/index.js';
import { checkOptions } from '../option-checks.js';
import { AlwaysOffSampler } from './always-off-sampler.js';
import { AlwaysOnSampler } from './always-on-sampler.js';
import {
  checkSampler,
  type Sampler,
  type SamplingResult,
  shutDownSamplers,
  startSamplers,
} from './sampler.js';
import { parentOf, SAMPLED, withoutThreshold } from './sampler-result.js';

/** The samplers of a {@link ParentBasedSampler}. */
export interface ParentBasedSamplerOptions {
  /** For spans without a parent, and for callers that defer the decision. */
  readonly root: Sampler;
  /** @default AlwaysOnSampler */
  readonly remoteParentSampled?: Sampler;
  /** @default AlwaysOffSampler */
  readonly remoteParentNotSampled?: Sampler;
  /** @default AlwaysOnSampler */
  readonly localParentSampled?: Sampler;
  /** @default AlwaysOffSampler */
  readonly localParentNotSampled?: Sampler;
}

/**
 * Follows the parent's decision, so that a trace is kept as a whole or not at all. Uses `root` for spans
 * without a parent. A debug request of the caller overrides all samplers.
 * Spec: OpenTelemetry, `trace/sdk.md#parentbased`.
 *
 * @example new ParentBasedSampler({ root: new ProbabilitySampler(0.1) })
 */
export class ParentBasedSampler implements Sampler {
  /** True if no span below an unsampled local parent can be sampled. */
  readonly followsUnsampledParent: boolean;
  readonly #root: Sampler;
  readonly #remoteParentSampled: Sampler;
  readonly #remoteParentNotSampled: Sampler;
  readonly #localParentSampled: Sampler;
  readonly #localParentNotSampled: Sampler;

  /** @throws TracingConfigError if `root` is missing, or an option is not a sampler */
  constructor(options: ParentBasedSamplerOptions) {
    checkOptions('ParentBasedSampler', options);
    const { remoteParentSampled, remoteParentNotSampled } = options;
    const { localParentSampled, localParentNotSampled } = options;
    this.#root = required('root', options.root);
    this.#remoteParentSampled = optional('remoteParentSampled', remoteParentSampled, true);
    this.#remoteParentNotSampled = optional(
      'remoteParentNotSampled',
      remoteParentNotSampled,
      false,
    );
    this.#localParentSampled = optional('localParentSampled', localParentSampled, true);
    this.#localParentNotSampled = optional('localParentNotSampled', localParentNotSampled, false);
    this.followsUnsampledParent = this.#localParentNotSampled instanceof AlwaysOffSampler;
  }

  /** True if that is true of all its samplers; false in a subclass that overrides {@link shouldSample}. */
  get ignoresAttributes(): boolean {
    return (
      this.shouldSample === ParentBasedSampler.prototype.shouldSample &&
      this.#all().every((sampler) => sampler.ignoresAttributes === true)
    );
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const parent = parentOf(context, traceId);
    const request = samplingRequestOf(context);
    if (request === 'debug') return withoutThreshold(SAMPLED, parent?.traceState);
    const sampler = this.#samplerFor(parent, request);
    return sampler.shouldSample(context, traceId, spanName, spanKind, attributes, links);
  }

  start(): void {
    startSamplers(this.#all());
  }

  shutdown(): void {
    shutDownSamplers(this.#all());
  }

  toString(): string {
    return (
      `ParentBased{root=${this.#root}, ` +
      `remoteParentSampled=${this.#remoteParentSampled}, ` +
      `remoteParentNotSampled=${this.#remoteParentNotSampled}, ` +
      `localParentSampled=${this.#localParentSampled}, ` +
      `localParentNotSampled=${this.#localParentNotSampled}}`
    );
  }

  #all(): Sampler[] {
    return [
      this.#root,
      this.#remoteParentSampled,
      this.#remoteParentNotSampled,
      this.#localParentSampled,
      this.#localParentNotSampled,
    ];
  }

  #samplerFor(parent: SpanContext | undefined, request: SamplingRequest | undefined): Sampler {
    if (parent === undefined) {
      if (request === 'accept') return this.#remoteParentSampled;
      return request === 'deny' ? this.#remoteParentNotSampled : this.#root;
    }
    const isSampled = (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
    if (parent.isRemote !== true) {
      return isSampled ? this.#localParentSampled : this.#localParentNotSampled;
    }
    if (request === 'defer') return this.#root;
    return isSampled ? this.#remoteParentSampled : this.#remoteParentNotSampled;
  }
}

function required(name: string, sampler: Sampler): Sampler {
  return checkSampler(`ParentBasedSampler.${name}`, sampler);
}

function optional(name: string, sampler: Sampler | undefined, isSampled: boolean): Sampler {
  if (sampler !== undefined) return required(name, sampler);
  return isSampled ? new AlwaysOnSampler() : new AlwaysOffSampler();
}
