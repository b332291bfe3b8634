import type { Context } from '@opentelemetry/api';
import { samplingRequestOf } from '../context/index.js';
import { checkRatio } from '../option-checks.js';
import type { Sampler, SamplingResult } from './sampler.js';
import { DROPPED, parentOf, SAMPLED_UNCOUNTED, withoutThreshold } from './sampler-result.js';

const WORD_DIGITS = 8;
const MAX_WORD = 0xffffffff;
const MIN_DECIMALS = 6;
const MAX_DECIMALS = 20;

/**
 * OpenTelemetry's former algorithm for keeping a share of the traces, with the same decisions as its
 * JavaScript SDK. Use it only together with services that still use it: SDKs of other languages decide
 * differently, and the trace state does not contain the probability. Prefer `ProbabilitySampler`.
 * Spec: OpenTelemetry, `trace/sdk.md#traceidratiobased`; deprecated.
 */
export class TraceIdRatioBasedSampler implements Sampler {
  readonly followsUnsampledParent = true;
  readonly #ratio: number;
  readonly #bound: number;

  /**
   * @param ratio share of traces to keep, 0 to 1
   * @throws TracingConfigError for any other value
   */
  constructor(ratio: number) {
    this.#ratio = checkRatio('TraceIdRatioBasedSampler.ratio', ratio);
    this.#bound = ratio === 1 ? MAX_WORD + 1 : Math.floor(ratio * MAX_WORD);
  }

  /** False in a subclass that overrides {@link shouldSample}. */
  get ignoresAttributes(): boolean {
    return this.shouldSample === TraceIdRatioBasedSampler.prototype.shouldSample;
  }

  shouldSample(context: Context, traceId: string): SamplingResult {
    const isSampled = samplingRequestOf(context) === 'debug' || foldedWords(traceId) < this.#bound;
    const inherited = parentOf(context, traceId)?.traceState;
    return withoutThreshold(isSampled ? SAMPLED_UNCOUNTED : DROPPED, inherited);
  }

  toString(): string {
    return `TraceIdRatioBased{${decimal(this.#ratio)}}`;
  }
}

/** The exclusive or of the four words of a trace id; NaN for an invalid trace id. */
function foldedWords(traceId: string): number {
  let folded = 0;
  for (let start = 0; start < 4 * WORD_DIGITS; start += WORD_DIGITS) {
    const word = Number.parseInt(traceId.substring(start, start + WORD_DIGITS), 16);
    if (Number.isNaN(word)) return Number.NaN;
    folded ^= word;
  }
  return folded >>> 0;
}

/** Formats the ratio without an exponent, and with enough decimals to identify it. */
function decimal(ratio: number): string {
  for (let decimals = MIN_DECIMALS; decimals < MAX_DECIMALS; decimals++) {
    const text = ratio.toFixed(decimals);
    if (Number(text) === ratio) return text;
  }
  return ratio.toFixed(MAX_DECIMALS);
}
