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
  /** The name of the event, such as `exception`. */
  readonly name: string;
  /** Epoch nanoseconds. */
  readonly timeNanos: bigint;
  /** The attributes of the event. @default none */
  readonly attributes?: AnyAttributes;
  /** The number of attributes that were dropped because of a limit. @default 0 */
  readonly droppedAttributesCount?: number;
}

/** A link of a {@link SpanRecord}. */
export interface LinkRecord {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** The trace state of the linked span. @default none */
  readonly traceState?: string;
  /** The attributes of the link. @default none */
  readonly attributes?: AnyAttributes;
  /** The number of attributes that were dropped because of a limit. @default 0 */
  readonly droppedAttributesCount?: number;
}

/** What sent a span: a process of a service. */
export interface ResourceRecord {
  /** The attributes of the process, such as `service.name`. */
  readonly attributes: AnyAttributes;
  /** The number of attributes that were dropped because of a limit. @default 0 */
  readonly droppedAttributesCount?: number;
  /** The schema that the attributes follow. @default none */
  readonly schemaUrl?: string;
}

/** The library that created a span. */
export interface ScopeRecord {
  /** The name of the library; may be empty. */
  readonly name: string;
  /** The version of the library. @default none */
  readonly version?: string;
  /** The attributes of the scope. @default none */
  readonly attributes?: AnyAttributes;
  /** The number of attributes that were dropped because of a limit. @default 0 */
  readonly droppedAttributesCount?: number;
  /** The schema that the attributes of its spans follow. @default none */
  readonly schemaUrl?: string;
}

/**
 * A span as plain data, with everything that OTLP says about it. Files are read into records and written
 * from them; `columnsFromSpans` makes a trace of them. Spans of one process share one `resource` object.
 */
export interface SpanRecord {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** 16 hexadecimal digits. @default none: the span is a root */
  readonly parentSpanId?: string;
  /** The trace state, as in the header `tracestate`. @default none */
  readonly traceState?: string;
  /** The flags of OTLP, with the sampled bit, and whether the parent is remote. */
  readonly flags?: number;
  /** The name of the operation. */
  readonly name: string;
  /** As in OTLP. @default SpanKind.INTERNAL */
  readonly kind?: SpanKind;
  /** Epoch nanoseconds. */
  readonly startNanos: bigint;
  /** Epoch nanoseconds. @default none: the span is running */
  readonly endNanos?: bigint;
  /** As in OTLP. @default SpanStatus.UNSET */
  readonly status?: SpanStatus;
  /** The message of the status. @default none */
  readonly statusMessage?: string;
  /** The attributes of the span. @default none */
  readonly attributes?: AnyAttributes;
  /** The events, in the order in which they were added. @default none */
  readonly events?: readonly EventRecord[];
  /** The spans that the span links to. @default none */
  readonly links?: readonly LinkRecord[];
  /** The process that created the span. @default none: the name of its service is empty */
  readonly resource?: ResourceRecord;
  /** The library that created the span. @default none */
  readonly scope?: ScopeRecord;
  /** The number of attributes that were dropped because of a limit. @default 0 */
  readonly droppedAttributesCount?: number;
  /** The number of events that were dropped because of a limit. @default 0 */
  readonly droppedEventsCount?: number;
  /** The number of links that were dropped because of a limit. @default 0 */
  readonly droppedLinksCount?: number;
}

/** The kinds of spans, with the numbers of OTLP. Those of `@opentelemetry/api` are smaller by one. */
export const SpanKind = {
  /** The sender does not say. */
  UNSPECIFIED: 0,
  /** Work within a process. */
  INTERNAL: 1,
  /** The work of a server on a request. */
  SERVER: 2,
  /** A call of another process or system, as its caller sees it. */
  CLIENT: 3,
  /** The creation of a message. */
  PRODUCER: 4,
  /** The work on a message. */
  CONSUMER: 5,
} as const;
export type SpanKind = (typeof SpanKind)[keyof typeof SpanKind];

/** The statuses of spans, with the numbers of OTLP. */
export const SpanStatus = {
  /** The operation has not failed, as far as the library that created the span knows. */
  UNSET: 0,
  /** The application says that the operation has succeeded. */
  OK: 1,
  /** The operation has failed. */
  ERROR: 2,
} as const;
export type SpanStatus = (typeof SpanStatus)[keyof typeof SpanStatus];
