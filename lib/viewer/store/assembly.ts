import type { TraceState } from '../api/trace-row.js';
import type { Gaps, TraceEntry } from './trace-entry.js';

/** A trace with a span in this time is still arriving. */
export const ARRIVING_MILLIS = 2_000;
/** A parent that has not arrived in this time will not arrive. */
export const MISSING_AFTER_MILLIS = 5_000;

/** The state of a trace, and what it lacks. */
export interface Assembled extends Gaps {
  readonly state: TraceState;
}

/** @param nowMillis by the clock of the store */
export function assembledState(entry: TraceEntry, nowMillis: number): Assembled {
  const quietMillis = nowMillis - entry.lastArrivalMillis;
  if (quietMillis < ARRIVING_MILLIS) return { state: 'arriving', orphanCount: 0, cycleCount: 0 };
  const { orphanCount, cycleCount } = entry.gaps();
  if (orphanCount === 0) return { state: 'complete', orphanCount, cycleCount };
  const state = quietMillis < MISSING_AFTER_MILLIS ? 'arriving' : 'incomplete';
  return { state, orphanCount, cycleCount };
}
