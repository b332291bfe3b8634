import { type Span, trace } from '@opentelemetry/api';
import { createTracing, NoopSpanExporter, tracedProcessor } from 'nestjs-traced/core';

createTracing({ serviceName: 'mailer', exporter: new NoopSpanExporter() });

/** Returns what the test must know about the span that the job runs in. */
export default tracedProcessor(async () => {
  const span = trace.getActiveSpan() as Span & {
    name: string;
    kind: number;
    parentSpanContext?: { spanId: string };
    links: readonly unknown[];
  };
  const { traceId } = span.spanContext();
  const { name, kind, parentSpanContext, links } = span;
  return { traceId, name, kind, parentId: parentSpanContext?.spanId, linkCount: links.length };
});
