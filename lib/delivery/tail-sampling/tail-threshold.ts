import type { TraceState } from '@opentelemetry/api';
import { randomnessOf } from '../../sampling/answer.js';
import { eraseThreshold, OT_KEY, readThreshold, writeThreshold } from '../../sampling/ot-entry.js';
import { passes, RANDOMNESS_DIGITS, thresholdOf } from '../../sampling/threshold.js';

/**
 * The share of traces that a tail decision keeps by chance, as a threshold of the kind that samplers
 * use: decided by the trace's own randomness, so that every service which does the same keeps the
 * same traces. Spec: OpenTelemetry, `trace/tracestate-probability-sampling.md`.
 */
export class TailThreshold {
  /** Undefined at ratio 0, which no threshold says. */
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
   * The trace state of a span that chance kept: where it says a threshold, it says the higher one of
   * both, because a trace had to pass both. One that says none stays: nobody knows what came before.
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

/** The trace state without a threshold, for a span that was kept with a probability nobody knows. */
export function withoutThreshold(traceState: TraceState): TraceState {
  const entry = traceState.get(OT_KEY);
  if (entry === undefined || readThreshold(entry) === undefined) return traceState;
  const rest = eraseThreshold(entry);
  return rest === '' ? traceState.unset(OT_KEY) : traceState.set(OT_KEY, rest);
}
