import { INVALID_SPAN_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { contextStorage } from '../context/index.js';

/** Returns the active span, or a span that records nothing if there is none: the result is never undefined. */
export function activeSpan(): Span {
  return contextStorage.active().span ?? trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
}
