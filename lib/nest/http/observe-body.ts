import { errorMonitor } from 'node:events';
import type { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { HttpServerOperation } from '../../http/server/index.js';

/**
 * Tells the operation of a request if the stream that answers it fails: neither Nest nor a platform gives this
 * exception to a filter. It does not read from the stream, and does not throw.
 *
 * @param body what a handler answers with: a `StreamableFile`, on Fastify also a stream, or anything else
 */
export function observeBody(body: unknown, operation: HttpServerOperation): void {
  if (typeof body !== 'object' || body === null) return;
  try {
    const stream = body instanceof StreamableFile ? body.getStream() : body;
    if (!isStream(stream)) return;
    if (stream.errored) operation.exceptionCaught(stream.errored);
    else stream.once(errorMonitor, (exception) => operation.exceptionCaught(exception));
  } catch {
    // Some objects throw when code reads a property that they do not have.
  }
}

function isStream(value: object): value is Readable {
  const { pipe, once } = value as { pipe?: unknown; once?: unknown };
  return typeof pipe === 'function' && typeof once === 'function';
}
