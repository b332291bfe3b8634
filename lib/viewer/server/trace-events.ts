import { setImmediate } from 'node:timers/promises';
import type { EventsJson } from '../api/events-json.js';
import { readEventTimes } from '../otlp/read-events.js';
import type { TraceEntry } from '../store/trace-entry.js';
import type { TraceStore } from '../store/trace-store.js';
import { base64 } from './columns-json.js';

/** More events would be more than one for each pixel of a picture. */
const MAX_EVENTS = 100_000;
/** The event loop turns after this time, so that spans are received meanwhile. */
const SLICE_MILLIS = 20;
const ROWS_BETWEEN_LOOKS = 200;

/**
 * Reads when the events of all spans of a trace happened.
 *
 * @param isWanted false when nobody waits for the result any more
 */
export async function eventsOfTrace(
  entry: TraceEntry,
  store: TraceStore,
  isWanted: () => boolean,
): Promise<EventsJson> {
  const rows: number[] = [];
  const times: number[] = [];
  const exceptions: number[] = [];
  const { base, spanCount } = entry;
  let sliceEnd = performance.now() + SLICE_MILLIS;
  let row = 0;
  for (; row < spanCount && rows.length < MAX_EVENTS; row++) {
    const current = row;
    readEventTimes(entry.bytesOf(row), (timeNanos, isException) => {
      rows.push(current);
      times.push(Number(timeNanos - base));
      exceptions.push(isException ? 1 : 0);
    });
    if (row % ROWS_BETWEEN_LOOKS !== 0 || performance.now() < sliceEnd) continue;
    await setImmediate();
    // Its bytes are gone if it was dropped while the event loop turned.
    if (!isWanted() || store.get(entry.id) !== entry) break;
    sliceEnd = performance.now() + SLICE_MILLIS;
  }
  return {
    rows: base64(Uint32Array.from(rows)),
    times: base64(Float64Array.from(times)),
    exceptions: base64(Uint8Array.from(exceptions)),
    hasMore: row < spanCount,
  };
}
