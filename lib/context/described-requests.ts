import type { TracingContext } from './tracing-context.js';

// Another copy of the library creates the same key.
const DESCRIBED_REQUESTS = Symbol.for('nestjs-traced.described-requests');

/** What describes HTTP requests, such as a query. */
export interface RequestDescription {
  /** False once it has ended: requests that are sent later in its context are not described by it. */
  readonly isUnderWay: boolean;
}

/**
 * Marks a context in which HTTP requests are described by other work, such as a query to a database that speaks HTTP.
 * The requests carry the context of its span, and have neither spans nor durations of their own. It holds too where the
 * work is measured without a span of its own, so that metrics do not depend on the sampling.
 */
export function withDescribedRequests(
  context: TracingContext,
  description: RequestDescription,
): TracingContext {
  return context.setValue(DESCRIBED_REQUESTS, { span: context.span, description });
}

/**
 * Whether the HTTP requests of a context are described, see {@link withDescribedRequests}. Those below further spans are
 * not.
 */
export function describesRequests(context: TracingContext): boolean {
  const found = context.getValue(DESCRIBED_REQUESTS) as
    | { readonly span: unknown; readonly description: RequestDescription }
    | undefined;
  return found !== undefined && found.span === context.span && found.description.isUnderWay;
}
