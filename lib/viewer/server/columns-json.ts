import { endianness } from 'node:os';
import type { TraceColumns } from '../analysis/trace-columns.js';
import { hexOfSpanId } from '../analysis/trace-columns.js';
import type { StoredColumns } from '../store/trace-entry.js';

/**
 * A trace for the page: its columns in base64, little endian, and its texts once. 100,000 spans are some 8 MB,
 * which a page reads in a few milliseconds; as objects they would be 60 MB.
 */
export interface ColumnsJson {
  readonly traceId: string;
  readonly spanCount: number;
  /** Epoch nanoseconds, in decimal digits. */
  readonly base: string;
  readonly strings: readonly string[];
  readonly resourceTable: TraceColumns['resourceTable'];
  /** `BigUint64Array`, `Float64Array`, `Int32Array`, `Uint32Array` or `Uint8Array`, as in `TraceColumns`. */
  readonly columns: Readonly<Record<ColumnName, string>>;
  /** `FactColumns`: offsets and values as `Uint32Array`, facts as `Uint8Array`. */
  readonly facts: { readonly offsets: string; readonly facts: string; readonly values: string };
  readonly links: readonly {
    readonly row: number;
    readonly traceId: string;
    readonly spanId: string;
  }[];
}

const COLUMN_NAMES = [
  'spanIds',
  'parentIds',
  'starts',
  'ends',
  'parents',
  'names',
  'services',
  'resources',
  'kinds',
  'statuses',
  'flags',
] as const;
type ColumnName = (typeof COLUMN_NAMES)[number];

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

function base64(column: Column): string {
  const bytes = Buffer.from(column.buffer, column.byteOffset, column.byteLength);
  if (endianness() === 'LE' || column.BYTES_PER_ELEMENT === 1) return bytes.toString('base64');
  const swapped = Buffer.from(bytes);
  return (column.BYTES_PER_ELEMENT === 4 ? swapped.swap32() : swapped.swap64()).toString('base64');
}
