import { describe, expect, it } from '@jest/globals';
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  RandomIdGenerator as StockIdGenerator,
  type SpanProcessor as StockSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { RecordingSpan } from '../../../lib/trace/index.js';
import { givenSampler } from '../../support/given-sampler.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const tracingWith = tracingsOfTest();

const PROCESSORS: [string, (exporter: InMemorySpanExporter) => StockSpanProcessor][] = [
  ['SimpleSpanProcessor', (exporter) => new SimpleSpanProcessor(exporter)],
  ['BatchSpanProcessor', (exporter) => new BatchSpanProcessor(exporter)],
];

describe.each(PROCESSORS)("OpenTelemetry's %s", (_, processorOf) => {
  it('gets our spans, and its exporter reads them', async () => {
    const exporter = new InMemorySpanExporter();
    const processor = processorOf(exporter);
    const { tracer, warnings } = tracingWith({ spanProcessors: [processor] });
    tracer.trace('work', { attributes: { a: 1 } }, (span) => {
      span.addEvent('event');
      tracer.trace('child', () => {});
    });
    await processor.forceFlush();
    const spans = exporter.getFinishedSpans();
    await processor.shutdown();
    expect(spans.map(({ name }) => name)).toEqual(['child', 'work']);
    expect(spans[1]).toMatchObject({
      attributes: { a: 1 },
      events: [{ name: 'event' }],
      resource: { attributes: { 'service.name': 'test' } },
      ended: true,
    });
    expect(spans[0]?.parentSpanContext).toBe(spans[1]?.spanContext());
    expect(warnings).toEqual([]);
  });

  it('leaves out spans that are recorded but not sampled', async () => {
    const exporter = new InMemorySpanExporter();
    const processor = processorOf(exporter);
    const { tracer, recorder } = tracingWith({
      sampler: givenSampler(() => ({ decision: 1 })),
      spanProcessors: [processor],
    });
    tracer.trace('work', () => {});
    await processor.forceFlush();
    expect(recorder.takeSpan().name).toBe('work');
    expect(exporter.getFinishedSpans()).toEqual([]);
    await processor.shutdown();
  });
});

describe("OpenTelemetry's id generator", () => {
  it('makes the ids of our spans', () => {
    const { tracer, warnings } = tracingWith({ idGenerator: new StockIdGenerator() });
    const span = tracer.startSpan('work');
    expect(span).toBeInstanceOf(RecordingSpan);
    expect(span.spanContext()).toMatchObject({
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(warnings).toEqual([]);
  });
});
