/** A value of an attribute, as far as the demo's services send them. */
export type ReceivedValue = string | number | boolean | undefined;

export interface ReceivedEvent {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, ReceivedValue>;
}

/** A span as it came over the wire. */
export interface ReceivedSpan {
  readonly serviceName: string;
  /** Hexadecimal. */
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the root of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** Nanoseconds since the epoch. */
  readonly startNanos: bigint;
  readonly endNanos: bigint;
  readonly attributes: ReadonlyMap<string, ReceivedValue>;
  readonly events: readonly ReceivedEvent[];
  readonly isFailed: boolean;
}

export function durationMillis({ startNanos, endNanos }: ReceivedSpan): number {
  return Number(endNanos - startNanos) / 1e6;
}
