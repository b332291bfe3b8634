import { type Fact, NO_FACT, type SpanFacts } from './facts.js';

/** The process that sent a span, as far as the analysis has to tell processes apart. */
export interface TraceResource {
  /** The name of the service. @default '' */
  readonly service: string;
  /** `service.instance.id`. */
  readonly instanceId?: string;
  readonly hostId?: string;
  readonly hostName?: string;
  readonly processId?: number;
}

/** A link of a span of a trace. */
export interface RowLink {
  /** The row of the span that has the link. */
  readonly row: number;
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  readonly spanId: bigint;
}

/**
 * What a row is marked with in {@link TraceColumns.flags}. Whether a span is running is not a mark: its end
 * is NaN.
 */
export const RowFlag = {
  /** The sender says that the parent is in another process (OTLP's flags, bit 9). */
  REMOTE_PARENT: 1,
  /** The sender says that the parent is in the same process (OTLP's flags, bit 8 without bit 9). */
  LOCAL_PARENT: 2,
  /** The ids of parents made a circle; it was cut at this row, which has lost its parent. */
  CYCLE_CUT: 4,
  /** The span is running, and its process has not reported for some time. */
  PROCESS_GONE: 8,
  /** The sender says that the parent does not wait for the span: `FOLLOWS_FROM` of OpenTracing. */
  FOLLOWS_PARENT: 16,
  /** The end of the span has not arrived: the time when its process named it last counts as its end. */
  END_LOST: 32,
} as const;

/**
 * One trace as columns: the index into each column is the row of a span. Rows are in the order in which
 * the spans arrived, and no result depends on this order. Columns may be views of longer arrays that grow,
 * so that a store need not copy them; who reads them changes nothing.
 *
 * Without facts a row has 51 bytes, of which the ids of parents are only needed where the parent is missing.
 */
export interface TraceColumns {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The number of rows. */
  readonly spanCount: number;
  /** Epoch nanoseconds from which {@link starts} and {@link ends} count. */
  readonly base: bigint;
  /** Unsigned, big endian as written: `1n` is `0000000000000001`. */
  readonly spanIds: BigUint64Array;
  /** As sent; 0n for a span without a parent. */
  readonly parentIds: BigUint64Array;
  /** Nanoseconds after {@link base}, whole; may be negative, exact for 104 days. */
  readonly starts: Float64Array;
  /** As {@link starts}; NaN while a span is running. An end before the start counts as the start. */
  readonly ends: Float64Array;
  /** The row of each parent; -1 if there is no parent or it has not arrived. Never a circle. */
  readonly parents: Int32Array;
  /** Indexes into {@link strings}. */
  readonly names: Uint32Array;
  /** Indexes into {@link strings}: the same text as the service of {@link resources}. */
  readonly services: Uint32Array;
  /** Indexes into {@link resourceTable}. */
  readonly resources: Uint32Array;
  /** A `SpanKind` each. */
  readonly kinds: Uint8Array;
  /** A `SpanStatus` each. */
  readonly statuses: Uint8Array;
  /** Marks of {@link RowFlag}. */
  readonly flags: Uint8Array;
  /** The texts that columns and facts refer to; a table of several traces may have others too. */
  readonly strings: readonly string[];
  /** The processes that {@link resources} refers to; a table of several traces may have others too. */
  readonly resourceTable: readonly TraceResource[];
  readonly facts: SpanFacts;
  /** The links of all spans, in any order. */
  readonly links: readonly RowLink[];
}

/** Facts, and the strings that those with texts mean. */
export type FactSource = Pick<TraceColumns, 'facts' | 'strings'>;

/** The fact of a row that is a text; undefined if the span lacks it. */
export function textOf(trace: FactSource, row: number, fact: Fact): string | undefined {
  const value = trace.facts.valueOf(row, fact);
  return value === NO_FACT ? undefined : trace.strings[value];
}

/** The fact of a row that is a number; undefined if the span lacks it. */
export function numberOf(trace: FactSource, row: number, fact: Fact): number | undefined {
  const value = trace.facts.valueOf(row, fact);
  return value === NO_FACT ? undefined : value;
}

/** The name of a span. */
export function nameOf(trace: TraceColumns, row: number): string {
  return trace.strings[trace.names[row] as number] ?? '';
}

/** The name of the service that a span belongs to. */
export function serviceOf(trace: TraceColumns, row: number): string {
  return trace.strings[trace.services[row] as number] ?? '';
}

/** Whether a span has not ended. */
export function isRunning(trace: TraceColumns, row: number): boolean {
  return Number.isNaN(trace.ends[row]);
}

/** What the flags of a span in OTLP say of its parent, as a {@link RowFlag}; 0 if they say nothing. */
export function parentFlagOf(flags: number): number {
  // OTLP, `trace.proto`, `SpanFlags`: bit 8 says that bit 9 is known, bit 9 that the parent is remote.
  if ((flags & 0x100) === 0) return 0;
  return (flags & 0x200) === 0 ? RowFlag.LOCAL_PARENT : RowFlag.REMOTE_PARENT;
}

/** A span id as 16 hexadecimal digits. */
export function hexOfSpanId(spanId: bigint): string {
  return spanId.toString(16).padStart(16, '0');
}

/** A span id from hexadecimal digits; 0n, which is no id, for anything else. */
export function spanIdOfHex(hex: string): bigint {
  return /^[0-9a-f]{1,16}$/i.test(hex) ? BigInt(`0x${hex}`) : 0n;
}
