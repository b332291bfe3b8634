import { endianness } from 'node:os';
import { hexOfSpanId } from '../analysis/trace-columns.js';
import { COLUMN_NAMES, type ColumnName, type ColumnsJson } from '../api/columns-json.js';
import type { StoredColumns } from '../store/stored-columns.js';

/** Writes the columns of a trace for the page. */
export function columnsToJson(trace: StoredColumns): ColumnsJson {
  const { facts } = trace;
  const columns = COLUMN_NAMES.map((name) => [name, base64(trace[name])]);
  return {
    traceId: trace.traceId,
    spanCount: trace.spanCount,
    base: String(trace.base),
    strings: trace.strings,
    resourceTable: trace.resourceTable,
    columns: Object.fromEntries(columns) as Record<ColumnName, string>,
    facts: {
      offsets: base64(facts.offsets),
      facts: base64(facts.facts),
      values: base64(facts.values),
    },
    links: trace.links.map(({ row, traceId, spanId }) => ({
      row,
      traceId,
      spanId: hexOfSpanId(spanId),
    })),
  };
}

type Column = StoredColumns[ColumnName];

/** A column in base64, little endian. */
export function base64(column: Column): string {
  const bytes = Buffer.from(column.buffer, column.byteOffset, column.byteLength);
  if (endianness() === 'LE' || column.BYTES_PER_ELEMENT === 1) return bytes.toString('base64');
  const swapped = Buffer.from(bytes);
  return (column.BYTES_PER_ELEMENT === 4 ? swapped.swap32() : swapped.swap64()).toString('base64');
}
