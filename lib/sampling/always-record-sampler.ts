import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import {
  checkSampler,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  shutDownSamplers,
  startSamplers,
} from './sampler.js';
import { RECORDED } from './sampler-result.js';

/**
 * Records every span, also spans that the given sampler drops, so that processors receive all spans, for
 * example to compute metrics. The given sampler decides which spans are exported.
 * Spec: OpenTelemetry, `trace/sdk.md#alwaysrecord`.
 */
export class AlwaysRecordSampler implements Sampler {
  /** False: spans below an unsampled parent are recorded too. */
  readonly followsUnsampledParent = false;
  readonly #root: Sampler;

  /** @throws TracingConfigError if `root` is not a sampler */
  constructor(root: Sampler) {
    this.#root = checkSampler('AlwaysRecordSampler.root', root);
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const result = this.#root.shouldSample(context, traceId, spanName, spanKind, attributes, links);
    if (result.decision !== SamplingDecision.NOT_RECORD) return result;
    if (result.attributes === undefined && result.traceState === undefined) return RECORDED;
    return { ...result, decision: SamplingDecision.RECORD };
  }

  start(): void {
    startSamplers([this.#root]);
  }

  shutdown(): void {
    shutDownSamplers([this.#root]);
  }

  toString(): string {
    return `AlwaysRecordSampler{${this.#root}}`;
  }
}
