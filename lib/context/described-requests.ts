import type { TracingContext } from './tracing-context.js';

// Another copy of the library creates the same key.
const DESCRIBED_REQUESTS = Symbol.for('nestjs-traced.described-requests');

/**
 * Marks a context whose span describes the HTTP requests that are sent in it, such as the span of a query to a
 * database that speaks HTTP. The requests carry the context of that span and have no spans of their own.
 */
export function withDescribedRequests(context: TracingContext): TracingContext {
  return context.setValue(DESCRIBED_REQUESTS, context.span);
}

/**
 * Whether the span of a context describes its HTTP requests, see {@link withDescribedRequests}. It does so until it
 * ends, and not for spans that are started below it.
 */
export function describesRequests(context: TracingContext): boolean {
  const { span } = context;
  return span !== undefined && context.getValue(DESCRIBED_REQUESTS) === span && span.isRecording();
}
