import type { Attributes, Context, SpanKind } from '@opentelemetry/api';
import {
  checkCount,
  checkFunction,
  checkOptions,
  checkPositive,
  checkRatio,
} from '../option-checks.js';
import { monotonicMillis } from '../system-time.js';
import { KeyTraffic, shareOut } from './key-traffic.js';
import type { Sampler, SamplingResult } from './sampler.js';
import {
  DROPPED,
  parentOf,
  randomnessOf,
  sampledAt,
  sampledRoot,
  settledResult,
  withoutThreshold,
} from './sampler-result.js';
import { passes } from './threshold.js';

/** Options of an {@link AdaptiveSampler}. */
export interface AdaptiveSamplerOptions {
  /** Traces to keep per second, for all keys together. More than 0. */
  readonly targetTracesPerSecond: number;
  /** Minimum ratio of each key, even if this exceeds the target. @default 0 */
  readonly minRatio?: number;
  /** Maximum ratio of each key. @default 1 */
  readonly maxRatio?: number;
  /**
   * Returns the key of a trace. Traces with the same key share a ratio, and the budget is divided evenly
   * among keys. Must not throw, and should have few different values.
   *
   * @default the name of the span
   */
  readonly key?: (spanName: string, spanKind: SpanKind, attributes: Attributes) => string;
  /** Interval for computing the ratios, in milliseconds. @default 10000 */
  readonly intervalMillis?: number;
  /** Maximum number of keys with their own ratio; further keys share one. @default 100 */
  readonly maxKeys?: number;
  /** A monotonic clock in milliseconds. @default the monotonic clock of the process */
  readonly now?: () => number;
}

/** Minimum time for measuring a rate, as a share of the interval. */
const SHORTEST_MEASURE = 0.01;
/** Share of the budget for a burst, and pace relative to an even rate, before the ratios are recomputed. */
const BURST_SHARE = 0.1;
const BURST_PACE = 1.25;
const BURST_TRACES = 10;

const KEEP_ALL = '0';
const KEPT_ROOT = sampledRoot(KEEP_ALL);

/**
 * Keeps about `targetTracesPerSecond` under changing traffic, and some traces of each key: the budget is
 * divided evenly among the keys, and the unused part of rare keys goes to the others. The first trace of
 * each key in each interval is always kept.
 *
 * The ratios of an interval are computed from the traffic of the previous interval, so the target is
 * reached in the second interval after a change. If an interval uses its budget too fast, the ratios are
 * lowered within the interval. Decisions are consistent, and the trace state contains their threshold, so
 * that counts can be estimated from the kept traces. There are no timers.
 *
 * Spans with a parent in this process follow the parent's decision. Use this sampler as the root of a
 * `ParentBasedSampler` to follow callers as well. With many keys, it keeps at least
 * `maxKeys / intervalMillis` traces.
 */
export class AdaptiveSampler implements Sampler {
  readonly followsUnsampledParent = true;
  readonly #target: number;
  readonly #minRatio: number;
  readonly #maxRatio: number;
  readonly #key: (spanName: string, spanKind: SpanKind, attributes: Attributes) => string;
  readonly #intervalMillis: number;
  readonly #maxKeys: number;
  readonly #now: () => number;
  /** Traces to keep in an interval. */
  readonly #budget: number;
  readonly #keys = new Map<string, KeyTraffic>();
  readonly #others: KeyTraffic;
  /** Initial ratio of new keys: the lowest ratio of all keys. */
  #newKeyRatio: number;
  #intervalStart: number;
  /** Start of the counts of traffic and kept traces: start of the interval, or the latest burst. */
  #measureStart: number;
  #kept = 0;

  /** @throws TracingConfigError if an option is out of its range */
  constructor(options: AdaptiveSamplerOptions) {
    checkOptions('AdaptiveSampler', options);
    const { minRatio = 0, maxRatio = 1, intervalMillis = 10_000 } = options;
    this.#target = checkPositive(
      'AdaptiveSampler.targetTracesPerSecond',
      options.targetTracesPerSecond,
    );
    this.#maxRatio = checkRatio('AdaptiveSampler.maxRatio', maxRatio);
    this.#minRatio = checkRatio('AdaptiveSampler.minRatio', minRatio, this.#maxRatio);
    this.#intervalMillis = checkPositive('AdaptiveSampler.intervalMillis', intervalMillis);
    this.#maxKeys = checkCount(
      'AdaptiveSampler.maxKeys',
      options.maxKeys,
      100,
      1,
      Number.MAX_SAFE_INTEGER,
    );
    this.#key = checkFunction('AdaptiveSampler.key', options.key, keyByName);
    this.#now = checkFunction('AdaptiveSampler.now', options.now, monotonicMillis);
    this.#budget = (this.#target * intervalMillis) / 1000;
    this.#newKeyRatio = maxRatio;
    this.#others = new KeyTraffic(maxRatio);
    this.#intervalStart = this.#now();
    this.#measureStart = this.#intervalStart;
  }

  /** True without an own `key`; false in a subclass that overrides {@link shouldSample}. */
  get ignoresAttributes(): boolean {
    return this.#key === keyByName && this.shouldSample === AdaptiveSampler.prototype.shouldSample;
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
  ): SamplingResult {
    const parent = parentOf(context, traceId);
    const settled = settledResult(context, parent);
    if (settled !== undefined) return settled;
    const inherited = parent?.traceState;
    const now = this.#now();
    this.#closeInterval(now);
    const traffic = this.#trafficOf(this.#key(spanName, spanKind, attributes));
    const isFirst = !traffic.isSeen;
    traffic.count();
    const threshold = isFirst ? KEEP_ALL : traffic.threshold;
    if (threshold === undefined || !passes(threshold, randomnessOf(traceId, inherited))) {
      return withoutThreshold(DROPPED, inherited);
    }
    const result = sampledAt(threshold, isFirst ? KEPT_ROOT : traffic.root, inherited);
    if (!isFirst) this.#countKept(now);
    return result;
  }

  toString(): string {
    return `AdaptiveSampler{targetTracesPerSecond=${this.#target}}`;
  }

  /** Closes the interval if it is over. Intervals have a fixed grid, independent of the times of traces. */
  #closeInterval(now: number): void {
    const elapsed = now - this.#intervalStart;
    if (elapsed < this.#intervalMillis) return;
    const measured = this.#measured(now);
    for (const traffic of this.#all()) traffic.closeInterval(measured);
    for (const [key, traffic] of this.#keys) {
      if (traffic.isIdle) this.#keys.delete(key);
    }
    this.#intervalStart += elapsed - (elapsed % this.#intervalMillis);
    this.#shareOut(this.#intervalStart);
  }

  /** Counts a kept trace that is not the first of its key. Too many in a short time are a burst. */
  #countKept(now: number): void {
    const measured = this.#measured(now);
    const limit = this.#budget * (BURST_SHARE + BURST_PACE * measured) + BURST_TRACES;
    if (++this.#kept <= limit) return;
    for (const traffic of this.#all()) traffic.raise(Math.max(measured, SHORTEST_MEASURE));
    this.#shareOut(now);
  }

  /** The time since the start of the counts, in intervals. */
  #measured(now: number): number {
    return (now - this.#measureStart) / this.#intervalMillis;
  }

  #shareOut(now: number): void {
    this.#measureStart = now;
    this.#kept = 0;
    this.#newKeyRatio = this.#maxRatio;
    for (const [traffic, ratio] of shareOut(this.#all(), this.#budget)) {
      const bounded = Math.min(this.#maxRatio, Math.max(this.#minRatio, ratio));
      traffic.setRatio(bounded);
      if (bounded < this.#newKeyRatio) this.#newKeyRatio = bounded;
    }
  }

  #trafficOf(key: string): KeyTraffic {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    if (this.#keys.size >= this.#maxKeys) return this.#others;
    const traffic = new KeyTraffic(this.#newKeyRatio);
    this.#keys.set(key, traffic);
    return traffic;
  }

  #all(): KeyTraffic[] {
    return [...this.#keys.values(), this.#others];
  }
}

function keyByName(spanName: string): string {
  return spanName;
}
