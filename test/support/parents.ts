import { type Context, ROOT_CONTEXT, type Span, type SpanContext, trace } from '@opentelemetry/api';
import { TracingContext } from '../../lib/context/index.js';

/** A span of another process, sampled. */
export const REMOTE: SpanContext = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  traceFlags: 1,
  isRemote: true,
};

/** A context as a propagator extracts it: {@link REMOTE}, changed as given. */
export function remoteParent(context: Partial<SpanContext> = {}): Context {
  return trace.setSpan(ROOT_CONTEXT, trace.wrapSpanContext({ ...REMOTE, ...context }));
}

export function contextWith(span: Span): TracingContext {
  return TracingContext.ROOT.withSpan(span);
}
