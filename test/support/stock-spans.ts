import { SpanKind } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter as StockMemory,
  SimpleSpanProcessor as StockSimple,
} from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '../../lib/trace/index.js';

/** Two spans of OpenTelemetry's SDK, the child first. */
export function stockSpans(): ReadableSpan[] {
  const memory = new StockMemory();
  const provider = new BasicTracerProvider({ spanProcessors: [new StockSimple(memory)] });
  const tracer = provider.getTracer('stock', '1.2.3');
  const root = tracer.startSpan('stock root', {
    kind: SpanKind.SERVER,
    attributes: { text: 'a', number: 1, double: 0.5, flag: true, list: ['x', 'y'] },
    links: [{ context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 } }],
  });
  root.addEvent('event', { key: 'value' });
  root.recordException(new Error('boom'));
  root.setStatus({ code: 2, message: 'it failed' });
  root.end();
  const child = tracer.startSpan('stock child');
  child.end();
  return memory.getFinishedSpans() as unknown as ReadableSpan[];
}
