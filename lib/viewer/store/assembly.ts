import type { TraceState } from '../api/trace-row.js';
import type { Gaps } from './gaps.js';
import type { TraceEntry } from './trace-entry.js';

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
  // A parent that is running may arrive any time.
  if (entry.runningCount > 0) return { state: 'running', orphanCount: 0, cycleCount: 0 };
  const quietMillis = nowMillis - entry.lastArrivalMillis;
  if (quietMillis < ARRIVING_MILLIS) return { state: 'arriving', orphanCount: 0, cycleCount: 0 };
  const { orphanCount, cycleCount } = entry.gaps();
  if (entry.silentCount > 0) return { state: 'incomplete', orphanCount, cycleCount };
  if (orphanCount === 0) return { state: 'complete', orphanCount, cycleCount };
  const state = quietMillis < MISSING_AFTER_MILLIS ? 'arriving' : 'incomplete';
  return { state, orphanCount, cycleCount };
}
