import { EXCEPTION_EVENT } from '../analysis/facts.js';
import { ProtobufCursor } from './protobuf-cursor.js';

// opentelemetry-proto v1, `trace/v1/trace.proto`.
const SPAN_EVENTS = 11;
const EVENT_TIME = 1;
const EVENT_NAME = 2;
const MAX_NAME_BYTES = 64;

/**
 * Reads when the events of a span happened, and skips everything else.
 *
 * @param span a message `Span` of OTLP
 * @param take gets the epoch nanoseconds of each event, in their order, and whether it is an exception
 */
export function readEventTimes(
  span: Buffer,
  take: (timeNanos: bigint, isException: boolean) => void,
): void {
  const cursor = new ProtobufCursor(span);
  while (cursor.next()) {
    if (!cursor.isMessage || !cursor.is(SPAN_EVENTS)) continue;
    let timeNanos = 0n;
    let isException = false;
    const spanEnd = cursor.enter();
    while (cursor.next()) {
      if (cursor.is(EVENT_TIME) && !cursor.isMessage) {
        timeNanos = (BigInt(cursor.high) << 32n) | BigInt(cursor.low);
      } else if (cursor.is(EVENT_NAME) && cursor.isMessage) {
        isException = cursor.text(MAX_NAME_BYTES) === EXCEPTION_EVENT;
      }
    }
    cursor.leave(spanEnd);
    take(timeNanos, isException);
  }
}
