import type { SpanContext, TraceState } from '@opentelemetry/api';
import { type ReadableSpan, RecordingSpan } from '../../trace/index.js';

/**
 * A span with another trace state, for exporters. The given span is not changed, because other code may
 * hold it. For a `RecordingSpan` the result is one too, so encoders read it as quickly.
 */
export function withTraceState(span: ReadableSpan, traceState: TraceState): ReadableSpan {
  const context: SpanContext = { ...span.spanContext(), traceState };
  const spanContext = (): SpanContext => context;
  if (span instanceof RecordingSpan) {
    return Object.create(span, {
      traceState: { value: traceState },
      spanContext: { value: spanContext },
    }) as RecordingSpan;
  }
  const { name, kind, parentSpanContext, startTime, endTime, duration, status, attributes } = span;
  const { links, events, ended, resource, instrumentationScope } = span;
  const { droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span;
  return {
    ...{ name, kind, spanContext, startTime, endTime, duration, status, attributes },
    ...(parentSpanContext === undefined ? {} : { parentSpanContext }),
    ...{ links, events, ended, resource, instrumentationScope },
    ...{ droppedAttributesCount, droppedEventsCount, droppedLinksCount },
  };
}
