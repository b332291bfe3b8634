/** A value as OTLP has it. Integers that a number cannot hold exactly are a bigint; bytes are an `Uint8Array`. */
export type AnyValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly AnyValue[]
  | { readonly [key: string]: AnyValue };

/** Attributes by key. */
export type AnyAttributes = Readonly<Record<string, AnyValue>>;

/** An event of a {@link SpanRecord}. */
export interface EventRecord {
  readonly name: string;
  /** Epoch nanoseconds. */
  readonly timeNanos: bigint;
  readonly attributes?: AnyAttributes;
  readonly droppedAttributesCount?: number;
}

/** A link of a {@link SpanRecord}. */
export interface LinkRecord {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly traceState?: string;
  readonly attributes?: AnyAttributes;
  readonly droppedAttributesCount?: number;
}

/** What sent a span: a process of a service. */
export interface ResourceRecord {
  readonly attributes: AnyAttributes;
  readonly droppedAttributesCount?: number;
  readonly schemaUrl?: string;
}

/** The library that created a span. */
export interface ScopeRecord {
  readonly name: string;
  readonly version?: string;
  readonly attributes?: AnyAttributes;
  readonly droppedAttributesCount?: number;
  readonly schemaUrl?: string;
}

/**
 * A span as plain data, with everything that OTLP says about it. Files are read into records and written
 * from them; {@link columnsFromSpans} makes a trace of them. Spans of one process share one `resource` object.
 */
export interface SpanRecord {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** 16 hexadecimal digits. @default none: the span is a root */
  readonly parentSpanId?: string;
  readonly traceState?: string;
  /** The flags of OTLP, with the sampled bit, and whether the parent is remote. */
  readonly flags?: number;
  readonly name: string;
  /** As in OTLP. @default SpanKind.INTERNAL */
  readonly kind?: SpanKind;
  /** Epoch nanoseconds. */
  readonly startNanos: bigint;
  /** Epoch nanoseconds. @default none: the span is running */
  readonly endNanos?: bigint;
  /** As in OTLP. @default SpanStatus.UNSET */
  readonly status?: SpanStatus;
  readonly statusMessage?: string;
  readonly attributes?: AnyAttributes;
  readonly events?: readonly EventRecord[];
  readonly links?: readonly LinkRecord[];
  readonly resource?: ResourceRecord;
  readonly scope?: ScopeRecord;
  readonly droppedAttributesCount?: number;
  readonly droppedEventsCount?: number;
  readonly droppedLinksCount?: number;
}

/** The kinds of spans, with the numbers of OTLP. Those of `@opentelemetry/api` are smaller by one. */
export const SpanKind = {
  UNSPECIFIED: 0,
  INTERNAL: 1,
  SERVER: 2,
  CLIENT: 3,
  PRODUCER: 4,
  CONSUMER: 5,
} as const;
export type SpanKind = (typeof SpanKind)[keyof typeof SpanKind];

/** The statuses of spans, with the numbers of OTLP. */
export const SpanStatus = { UNSET: 0, OK: 1, ERROR: 2 } as const;
export type SpanStatus = (typeof SpanStatus)[keyof typeof SpanStatus];
