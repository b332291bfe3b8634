import type { TraceState } from '@opentelemetry/api';
import {
  DROPPED,
  randomnessOf,
  SAMPLED_UNCOUNTED,
  type SamplerResult,
  sampledAt,
  sampledRoot,
  withoutThreshold,
} from '../sampler-result.js';
import { passes, thresholdOf } from '../threshold.js';
import { TracePermits } from '../trace-permits.js';
import type { XRayRule } from './sampling-rule.js';
import type { XRayTarget } from './sampling-target.js';

/** What a rule has decided since the last report. */
export interface XRayRuleCounts {
  readonly requests: number;
  readonly sampled: number;
  readonly borrowed: number;
}

/** Clocks in milliseconds. */
export interface XRayClocks {
  readonly monotonicMillis: () => number;
  readonly epochMillis: () => number;
}

/**
 * A rule, its reservoir and its counts. The reservoir keeps the first traces of each second: as many as X-Ray has
 * assigned to this process, and one per second as long as it has assigned none. The fixed rate decides about the rest.
 */
export class XRayRuleState {
  #rule: XRayRule;
  readonly #clocks: XRayClocks;
  #fixedRate = -1;
  /** Undefined for the rate 0. */
  #threshold: string | undefined;
  #root = DROPPED;
  #quota: TracePermits | undefined;
  #quotaEndEpochMillis = 0;
  readonly #borrowed: TracePermits;
  #counts = { requests: 0, sampled: 0, borrowed: 0 };
  /** By the monotonic clock. */
  #nextReportMillis = Number.NEGATIVE_INFINITY;

  constructor(rule: XRayRule, clocks: XRayClocks) {
    this.#rule = rule;
    this.#clocks = clocks;
    this.#borrowed = new TracePermits(1, clocks.monotonicMillis);
    this.#setFixedRate(rule.fixedRate);
  }

  get rule(): XRayRule {
    return this.#rule;
  }

  /** Takes over a new version of the rule. Reservoir and counts are kept. */
  update(rule: XRayRule): void {
    if (rule.fixedRate !== this.#rule.fixedRate) this.#setFixedRate(rule.fixedRate);
    this.#rule = rule;
  }

  /** Takes over what X-Ray assigns to this process. */
  assign({ fixedRate, quota, quotaEndEpochMillis, intervalMillis }: XRayTarget): void {
    if (fixedRate !== undefined) this.#setFixedRate(fixedRate);
    if (quota !== undefined && quotaEndEpochMillis !== undefined) {
      if (this.#quota?.perSecond !== quota) {
        this.#quota = new TracePermits(quota, this.#clocks.monotonicMillis);
      }
      this.#quotaEndEpochMillis = quotaEndEpochMillis;
    }
    if (intervalMillis !== undefined) {
      this.#nextReportMillis = this.#clocks.monotonicMillis() + intervalMillis;
    }
  }

  /** @param inherited the trace state of the caller */
  decide(traceId: string, inherited: TraceState | undefined): SamplerResult {
    this.#counts.requests++;
    if (this.#takesFromReservoir()) {
      this.#counts.sampled++;
      return withoutThreshold(SAMPLED_UNCOUNTED, inherited);
    }
    const threshold = this.#threshold;
    if (threshold !== undefined && passes(threshold, randomnessOf(traceId, inherited))) {
      this.#counts.sampled++;
      return sampledAt(threshold, this.#root, inherited);
    }
    return withoutThreshold(DROPPED, inherited);
  }

  /** Returns the counts since the last call, and resets them; undefined if nothing is to be reported now. */
  takeCounts(): XRayRuleCounts | undefined {
    if (this.#counts.requests === 0) return undefined;
    if (this.#clocks.monotonicMillis() < this.#nextReportMillis) return undefined;
    const counts = this.#counts;
    this.#counts = { requests: 0, sampled: 0, borrowed: 0 };
    return counts;
  }

  /** Adds counts that could not be reported. */
  giveBack({ requests, sampled, borrowed }: XRayRuleCounts): void {
    this.#counts.requests += requests;
    this.#counts.sampled += sampled;
    this.#counts.borrowed += borrowed;
  }

  #takesFromReservoir(): boolean {
    if (this.#quota !== undefined && this.#clocks.epochMillis() < this.#quotaEndEpochMillis) {
      return this.#quota.take();
    }
    if (this.#rule.reservoirSize === 0 || !this.#borrowed.take()) return false;
    this.#counts.borrowed++;
    return true;
  }

  #setFixedRate(fixedRate: number): void {
    if (fixedRate === this.#fixedRate) return;
    this.#fixedRate = fixedRate;
    this.#threshold = fixedRate === 0 ? undefined : thresholdOf(fixedRate);
    this.#root = this.#threshold === undefined ? DROPPED : sampledRoot(this.#threshold);
  }
}
