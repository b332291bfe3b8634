import type { TraceColumns } from '../../lib/viewer/analysis/index.js';
import { FactColumns, hexOfSpanId } from '../../lib/viewer/analysis/index.js';
import {
  COLUMN_NAMES,
  type ColumnName,
  type ColumnsJson,
} from '../../lib/viewer/api/columns-json.js';

/** A trace as the server sends it to the page, made without Node: the page's tests have no types of it. */
export function columnsJsonOf(trace: TraceColumns): ColumnsJson {
  const { facts } = trace;
  if (!(facts instanceof FactColumns)) throw new Error('The facts are no columns');
  const columns = COLUMN_NAMES.map((name) => [name, base64Of(trace[name])]);
  return {
    traceId: trace.traceId,
    spanCount: trace.spanCount,
    base: String(trace.base),
    strings: trace.strings,
    resourceTable: trace.resourceTable,
    columns: Object.fromEntries(columns) as Record<ColumnName, string>,
    facts: {
      offsets: base64Of(facts.offsets),
      facts: base64Of(facts.facts),
      values: base64Of(facts.values),
    },
    links: trace.links.map((link) => ({ ...link, spanId: hexOfSpanId(link.spanId) })),
  };
}

function base64Of({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
