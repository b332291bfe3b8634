import { errorMonitor } from 'node:events';
import type { Readable } from 'node:stream';
import type { LocalSpan, TracingContext } from '../context/index.js';
import { PendingSpans } from './pending-spans.js';

/**
 * True for a stream that is read from: of Node, or of the package `readable-stream`. A transformation
 * is one; another stream that is written to as well is a connection, whose life is not that of a call.
 */
export function isReadable(value: object): value is Readable {
  const { pipe, on, write, _readableState, _transform } = value as Record<string, unknown>;
  return (
    typeof _readableState === 'object' &&
    typeof pipe === 'function' &&
    typeof on === 'function' &&
    (typeof write !== 'function' || typeof _transform === 'function')
  );
}

/**
 * Ends `span` when `stream` has been read to its end, has failed or was destroyed. The stream stays as it
 * is: nothing reads from it, and an error that nobody listens for is still thrown by Node.
 */
export function settleStream<T extends Readable>(
  stream: T,
  span: LocalSpan,
  context: TracingContext,
): T {
  if (stream.errored) span.recordError(stream.errored);
  if (stream.destroyed || stream.readableEnded) {
    span.end();
    return stream;
  }
  PendingSpans.add(stream, span, context, (pending) => {
    stream.once(errorMonitor, (error: unknown) => pending.fail(error));
    stream.once('end', () => pending.end());
    stream.once('close', () => pending.breakOff('closed early'));
    return true;
  });
  return stream;
}
