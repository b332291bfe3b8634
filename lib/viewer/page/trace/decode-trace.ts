import { FactColumns } from '../../analysis/facts.js';
import { spanIdOfHex, type TraceColumns } from '../../analysis/trace-columns.js';
import type { ColumnsJson } from '../../api/columns-json.js';
import type { EventsJson } from '../../api/events-json.js';
import type { TimeMark } from './time-mark.js';

/** Reads the columns of a trace that the server has sent. Nothing is copied for each span. */
export function decodeTrace(json: ColumnsJson): TraceColumns {
  const { traceId, spanCount, base, strings, resourceTable, columns, facts, links } = json;
  return {
    traceId,
    spanCount,
    base: BigInt(base),
    spanIds: new BigUint64Array(bufferOf(columns.spanIds)),
    parentIds: new BigUint64Array(bufferOf(columns.parentIds)),
    starts: new Float64Array(bufferOf(columns.starts)),
    ends: new Float64Array(bufferOf(columns.ends)),
    parents: new Int32Array(bufferOf(columns.parents)),
    names: new Uint32Array(bufferOf(columns.names)),
    services: new Uint32Array(bufferOf(columns.services)),
    resources: new Uint32Array(bufferOf(columns.resources)),
    kinds: new Uint8Array(bufferOf(columns.kinds)),
    statuses: new Uint8Array(bufferOf(columns.statuses)),
    flags: new Uint8Array(bufferOf(columns.flags)),
    strings,
    resourceTable,
    facts: new FactColumns(
      new Uint32Array(bufferOf(facts.offsets)),
      new Uint8Array(bufferOf(facts.facts)),
      new Uint32Array(bufferOf(facts.values)),
    ),
    links: links.map(({ row, traceId, spanId }) => ({
      row,
      traceId,
      spanId: spanIdOfHex(spanId),
    })),
  };
}

/** The times of the events of all spans, by their rows. */
export function decodeEvents({
  rows,
  times,
  exceptions,
}: EventsJson): ReadonlyMap<number, TimeMark[]> {
  const rowOf = new Uint32Array(bufferOf(rows));
  const timeOf = new Float64Array(bufferOf(times));
  const isException = new Uint8Array(bufferOf(exceptions));
  const byRow = new Map<number, TimeMark[]>();
  rowOf.forEach((row, i) => {
    const mark = { nanos: timeOf[i] as number, isBad: isException[i] === 1 };
    const marks = byRow.get(row);
    if (marks === undefined) byRow.set(row, [mark]);
    else marks.push(mark);
  });
  return byRow;
}

/** The bytes of base64, in memory of their own, so that columns of any width can be laid on them. */
function bufferOf(base64: string): ArrayBuffer {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes.buffer;
}
