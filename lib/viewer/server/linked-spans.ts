import { setImmediate } from 'node:timers/promises';
import { hexOfSpanId } from '../analysis/trace-columns.js';
import type { LinkedSpan, LinkedSpans } from '../api/linked-spans.js';
import { linksOfSpan } from '../otlp/read-facts.js';
import type { TraceEntry } from '../store/trace-entry.js';
import type { TraceStore } from '../store/trace-store.js';

const MAX_LINKED = 100;
/** The event loop turns after this time, so that spans are received meanwhile. */
const SLICE_MILLIS = 20;
const ROWS_BETWEEN_LOOKS = 1_000;

/**
 * Finds the spans at the other ends of the links of a span. Those that link to it are searched in all traces:
 * links are rare, and an index of them would have to be kept for every span that comes.
 *
 * @param isWanted false when nobody waits for the result any more
 */
export async function linkedSpans(
  store: TraceStore,
  traceId: string,
  spanId: string,
  isWanted: () => boolean,
): Promise<LinkedSpans> {
  const to = outgoing(store, traceId, spanId);
  const from: LinkedSpan[] = [];
  const idBytes = Buffer.from(spanId, 'hex');
  let sliceEnd = performance.now() + SLICE_MILLIS;
  for (const entry of [...store.entries()].reverse()) {
    // It was dropped while the event loop turned.
    const isGone = (): boolean => store.get(entry.id) !== entry;
    if (isGone()) continue;
    for (let row = 0; row < entry.spanCount; row++) {
      if (row % ROWS_BETWEEN_LOOKS === 0 && performance.now() > sliceEnd) {
        await setImmediate();
        if (!isWanted()) return { to, from, hasMore: false };
        sliceEnd = performance.now() + SLICE_MILLIS;
        if (isGone()) break;
      }
      const bytes = entry.bytesOf(row);
      // Looking for the bytes of the id takes a fraction of the time that reading the links takes.
      if (!bytes.includes(idBytes)) continue;
      const isLinked = linksOfSpan(bytes, row).some(
        (link) => link.traceId === traceId && hexOfSpanId(link.spanId) === spanId,
      );
      if (!isLinked) continue;
      if (from.length === MAX_LINKED) return { to, from, hasMore: true };
      from.push(linkedSpan(entry, row));
    }
  }
  return { to, from, hasMore: false };
}

function outgoing(store: TraceStore, traceId: string, spanId: string): LinkedSpan[] {
  const entry = store.get(traceId);
  const links = (entry?.rowsOf(spanId) ?? []).flatMap((row) =>
    linksOfSpan((entry as TraceEntry).bytesOf(row), row),
  );
  return links.slice(0, MAX_LINKED).map((link): LinkedSpan => {
    const linkedId = hexOfSpanId(link.spanId);
    const linked = store.get(link.traceId);
    const row = linked?.rowsOf(linkedId)[0];
    return linked === undefined || row === undefined
      ? { traceId: link.traceId, spanId: linkedId, isStored: false }
      : linkedSpan(linked, row);
  });
}

function linkedSpan(entry: TraceEntry, row: number): LinkedSpan {
  return {
    traceId: entry.id,
    spanId: entry.read(row).spanId,
    isStored: true,
    name: entry.nameOf(row),
    service: entry.serviceOf(row),
  };
}
