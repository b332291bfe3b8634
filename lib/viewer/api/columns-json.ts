import type { TraceColumns } from '../analysis/trace-columns.js';

/** The columns of a trace that are sent. */
export const COLUMN_NAMES = [
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
/** One of {@link COLUMN_NAMES}. */
export type ColumnName = (typeof COLUMN_NAMES)[number];

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
