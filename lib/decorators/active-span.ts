import { INVALID_SPAN_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { contextStorage } from '../context/index.js';

/** The active span; one that records nothing where there is none, so that users need not ask. */
export function activeSpan(): Span {
  return contextStorage.active().span ?? trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
}
