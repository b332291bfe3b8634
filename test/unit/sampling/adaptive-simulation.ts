import { type Attributes, SpanKind } from '@opentelemetry/api';
import { TracingContext } from '../../../lib/context/index.js';
import {
  AdaptiveSampler,
  type AdaptiveSamplerOptions,
  SamplingDecision,
} from '../../../lib/sampling/index.js';
import { readThreshold } from '../../../lib/sampling/ot-entry.js';
import { adjustedCountOf } from '../../../lib/sampling/threshold.js';
import { randomTraceId, seededRandom } from '../../support/ask-sampler.js';

/** A stretch of time with one load. */
export interface Phase {
  readonly seconds: number;
  readonly requestsPerSecond: number;
}

/** What happened in one interval. */
export interface SimulatedInterval {
  readonly requestsPerSecond: number;
  readonly requests: number;
  readonly kept: number;
  readonly keptPerSecond: number;
  /** Keys that came, and those of them of which at least one trace was kept. */
  readonly keysSeen: number;
  readonly keysKept: number;
  /** Requests as the thresholds of what was kept let one estimate them. */
  readonly estimatedRequests: number;
}

export interface Simulation extends Omit<AdaptiveSamplerOptions, 'now'> {
  readonly phases: readonly Phase[];
  readonly keys: number;
  readonly intervalMillis: number;
  readonly seed: number;
}

/**
 * Sends random traffic through an adaptive sampler: exponentially distributed pauses, and keys of
 * which the second comes half as often as the first, the third a third as often, and so on.
 */
export function simulate(simulation: Simulation): SimulatedInterval[] {
  const { phases, keys, intervalMillis, seed, ...options } = simulation;
  const random = seededRandom(seed);
  let now = 0;
  const sampler = new AdaptiveSampler({ ...options, intervalMillis, now: () => now });
  const drawKey = keyDrawer(keys, random);
  const intervals: SimulatedInterval[] = [];
  for (const { seconds, requestsPerSecond } of phases) {
    const end = Math.round((now + seconds * 1000) / intervalMillis) * intervalMillis;
    let next = now;
    for (let start = now; start < end; start += intervalMillis) {
      const tally = new Tally();
      for (;;) {
        const pause = (-Math.log(1 - random()) * 1000) / requestsPerSecond;
        if (next + pause >= start + intervalMillis) break;
        next += pause;
        now = next;
        const key = drawKey();
        tally.add(key, decide(sampler, randomTraceId(random), key));
      }
      next = start + intervalMillis;
      now = next;
      intervals.push(tally.close(requestsPerSecond, intervalMillis));
    }
  }
  return intervals;
}

/** The adjusted count of a kept trace; undefined for a dropped one. */
function decide(sampler: AdaptiveSampler, traceId: string, key: string): number | undefined {
  const attributes: Attributes = {};
  const { decision, traceState } = sampler.shouldSample(
    TracingContext.ROOT,
    traceId,
    key,
    SpanKind.SERVER,
    attributes,
  );
  if (decision !== SamplingDecision.RECORD_AND_SAMPLED) return undefined;
  return adjustedCountOf(readThreshold(traceState?.get('ot') ?? '') ?? '');
}

class Tally {
  #requests = 0;
  #kept = 0;
  #estimate = 0;
  readonly #seen = new Set<string>();
  readonly #keptKeys = new Set<string>();

  add(key: string, adjustedCount: number | undefined): void {
    this.#requests++;
    this.#seen.add(key);
    if (adjustedCount === undefined) return;
    this.#kept++;
    this.#estimate += adjustedCount;
    this.#keptKeys.add(key);
  }

  close(requestsPerSecond: number, intervalMillis: number): SimulatedInterval {
    return {
      requestsPerSecond,
      requests: this.#requests,
      kept: this.#kept,
      keptPerSecond: (this.#kept * 1000) / intervalMillis,
      keysSeen: this.#seen.size,
      keysKept: this.#keptKeys.size,
      estimatedRequests: this.#estimate,
    };
  }
}

function keyDrawer(keys: number, random: () => number): () => string {
  const weights = Array.from({ length: keys }, (_, index) => 1 / (index + 1));
  const total = weights.reduce((sum, weight) => sum + weight);
  return () => {
    let left = random() * total;
    const index = weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
    return `key ${index < 0 ? keys - 1 : index}`;
  };
}

/** The intervals as a Markdown table. */
export function asTable(intervals: readonly SimulatedInterval[]): string {
  const rows = intervals.map((interval, index) =>
    [
      index + 1,
      interval.requestsPerSecond,
      interval.requests,
      interval.keptPerSecond.toFixed(1),
      `${interval.keysKept} of ${interval.keysSeen}`,
      interval.estimatedRequests.toFixed(0),
    ].join(' | '),
  );
  return [
    '| interval | load, requests/s | requests | kept, traces/s | keys kept | requests estimated |',
    '|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
}
