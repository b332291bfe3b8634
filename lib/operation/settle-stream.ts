import { errorMonitor } from 'node:events';
import type { Readable } from 'node:stream';
import type { LocalSpan, TracingContext } from '../context/index.js';
import { recordFailure } from './failure-rules.js';
import { PendingSpans } from './pending-spans.js';

/**
 * Ends `span` when `stream` ends, fails or closes. It does not read from the stream, and Node still throws
 * an error that has no other listener.
 */
export function settleStream(stream: Readable, span: LocalSpan, context: TracingContext): void {
  if (stream.errored) recordFailure(span, stream.errored);
  if (stream.destroyed || stream.readableEnded) {
    span.end();
    return;
  }
  PendingSpans.add(stream, span, context, (pending) => {
    stream.once(errorMonitor, (error: unknown) => pending.fail(error));
    stream.once('end', () => pending.end());
    stream.once('close', () => pending.breakOff('closed early'));
    return true;
  });
}
