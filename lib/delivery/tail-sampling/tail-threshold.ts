import type { TraceState } from '@opentelemetry/api';
import { eraseThreshold, OT_KEY, readThreshold, writeThreshold } from '../../sampling/ot-entry.js';
import { randomnessOf } from '../../sampling/sampler-result.js';
import { passes, RANDOMNESS_DIGITS, thresholdOf } from '../../sampling/threshold.js';

/**
 * The share of traces that a tail decision keeps by chance, as the threshold that samplers use. It is
 * compared with the trace's own randomness, so services with the same share keep the same traces. Spec:
 * OpenTelemetry, `trace/tracestate-probability-sampling.md`.
 */
export class TailThreshold {
  /** Undefined for ratio 0, which has no threshold. */
  readonly #threshold: string | undefined;

  /** @param ratio share of all traces, 0 to 1 */
  constructor(ratio: number) {
    this.#threshold = ratio === 0 ? undefined : thresholdOf(ratio);
  }

  /** Whether chance keeps the trace. */
  keeps(traceId: string, traceState: TraceState | undefined): boolean {
    return (
      this.#threshold !== undefined && passes(this.#threshold, randomnessOf(traceId, traceState))
    );
  }

  /**
   * The trace state of a span that was kept by chance. A threshold in it becomes the higher one of both,
   * because the trace had to pass both. A trace state without a threshold is kept, because the probability
   * of the earlier decisions is unknown.
   */
  raise(traceState: TraceState): TraceState {
    const entry = traceState.get(OT_KEY);
    const before = entry === undefined ? undefined : readThreshold(entry);
    const threshold = this.#threshold;
    if (before === undefined || threshold === undefined) return traceState;
    if (before.padEnd(RANDOMNESS_DIGITS, '0') >= threshold.padEnd(RANDOMNESS_DIGITS, '0')) {
      return traceState;
    }
    return traceState.set(OT_KEY, writeThreshold(entry, threshold));
  }
}

/** The trace state without a threshold, for a span that was kept with an unknown probability. */
export function withoutThreshold(traceState: TraceState): TraceState {
  const entry = traceState.get(OT_KEY);
  if (entry === undefined || readThreshold(entry) === undefined) return traceState;
  const rest = eraseThreshold(entry);
  return rest === '' ? traceState.unset(OT_KEY) : traceState.set(OT_KEY, rest);
}
