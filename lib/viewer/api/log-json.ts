/** A log record for the page. */
export interface LogJson {
  /** Epoch nanoseconds, in decimal digits: when it happened, else when it was seen. */
  readonly timeNanos: string;
  /** As in OTLP: 1 to 24, 9 for INFO; 0 where the sender does not say. */
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: JsonValue;
  readonly attributes: JsonValue;
  /** 32 hexadecimal digits; empty for a record outside of traces. */
  readonly traceId: string;
  /** 16 hexadecimal digits; empty for a record outside of spans. */
  readonly spanId: string;
  readonly eventName: string;
  readonly droppedAttributesCount: number;
  readonly service: string;
  readonly scope: string;
}

/** A value in JSON. Numbers that no double holds are decimal digits, bytes are in base64. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
