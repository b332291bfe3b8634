import type { EncodedRequest, Encoding } from '../../lib/export/encoding.js';
import type { ReadableSpan } from '../../lib/trace/index.js';

/** The spans as the body of one request, and how many of them could not be read. */
export function encodeSpans(
  encoding: Encoding<ReadableSpan>,
  spans: readonly ReadableSpan[],
): EncodedRequest & { readonly skippedCount: number; readonly skipCause: unknown } {
  const body = encoding.openBody(Number.POSITIVE_INFINITY);
  for (const span of spans) body.add(span);
  const { skippedCount, skipCause } = body;
  return { ...body.finish(), skippedCount, skipCause };
}
