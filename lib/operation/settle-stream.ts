import { errorMonitor } from 'node:events';
import type { Readable } from 'node:stream';
import type { LocalSpan, TracingContext } from '../context/index.js';
import { type CallDescription, recordFailure } from './call-description.js';
import { PendingSpans } from './pending-spans.js';

/**
 * Ends `span` when `stream` ends, fails or closes. It does not read from the stream, and Node still throws
 * an error that has no other listener.
 */
export function settleStream(
  stream: Readable,
  span: LocalSpan,
  context: TracingContext | undefined,
  description?: CallDescription,
): void {
  if (stream.errored) recordFailure(span, stream.errored, description);
  if (stream.destroyed || stream.readableEnded) {
    span.end();
    return;
  }
  PendingSpans.add(stream, span, context, description, (pending) => {
    stream.once(errorMonitor, (error: unknown) => pending.fail(error));
    stream.once('end', () => pending.end());
    stream.once('close', () => pending.breakOff('closed early'));
    return true;
  });
}
