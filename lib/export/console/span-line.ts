import { type HrTime, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { printableJson } from '../../printable.js';
import type { ReadableSpan } from '../../trace/index.js';
import { toMillis } from '../hr-time.js';

// Semantic conventions 1.45.0, `docs/resource/README.md`.
const SERVICE_NAME = 'service.name';

/** Formats a span as one line of JSON, for log collectors that read lines. */
export function toSpanLine(span: ReadableSpan): string {
  const { traceId, spanId } = span.spanContext();
  const { code, message } = span.status;
  const json = JSON.stringify({
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    name: span.name,
    kind: SpanKind[span.kind],
    service: span.resource.attributes[SERVICE_NAME],
    scope: span.instrumentationScope.name,
    startTime: toIsoTime(span.startTime),
    durationMillis: toMillis(span.duration),
    status: SpanStatusCode[code],
    error: code === SpanStatusCode.ERROR ? (message ?? '') : undefined,
    attributes: span.attributes,
    events:
      span.events.length === 0
        ? undefined
        : span.events.map(({ name, time, attributes }) => ({
            name,
            time: toIsoTime(time),
            attributes,
          })),
    links:
      span.links.length === 0
        ? undefined
        : span.links.map(({ context, attributes }) => ({
            traceId: context.traceId,
            spanId: context.spanId,
            attributes,
          })),
  });
  return printableJson(json);
}

/** Formats a time as ISO 8601 with nanoseconds. */
export function toIsoTime([seconds, nanos]: HrTime): string {
  const wholeSeconds = new Date(seconds * 1000).toISOString().slice(0, -'.000Z'.length);
  return `${wholeSeconds}.${String(nanos).padStart(9, '0')}Z`;
}
