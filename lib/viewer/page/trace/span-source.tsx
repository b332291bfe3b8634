/** The source code that a span names. */
export function SpanSource(_: {
  readonly traceId: string;
  readonly spanId: string;
  readonly version: unknown;
}) {
  return null;
}
