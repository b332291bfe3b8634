import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator as StockPropagator } from '@opentelemetry/core';
import {
  BatchSpanProcessor as StockBatchSpanProcessor,
  InMemorySpanExporter as StockInMemorySpanExporter,
  ParentBasedSampler as StockParentBasedSampler,
  RandomIdGenerator as StockRandomIdGenerator,
  TraceIdRatioBasedSampler as StockRatioSampler,
} from '@opentelemetry/sdk-trace-base';
import { createTracing, OtlpSpanExporter, type Tracing } from 'nestjs-traced';

let tracing: Tracing | undefined;

afterEach(() => tracing?.shutdown());

/** Parts of OpenTelemetry's SDK in the places of ours, as they come. */
describe('a stock OpenTelemetry', () => {
  it.each([
    [0, false],
    [1, true],
  ])('sampler with ratio %d decides', (ratio, isRecording) => {
    tracing = createTracing({
      sampler: new StockParentBasedSampler({ root: new StockRatioSampler(ratio) }),
      exporter: new StockInMemorySpanExporter(),
    });
    const { tracer } = tracing;
    tracer.trace('root', (root) => {
      expect(root.isRecording()).toBe(isRecording);
      tracer.trace('child', (child) => expect(child.isRecording()).toBe(isRecording));
    });
  });

  it('propagator injects and extracts', () => {
    tracing = createTracing({
      propagator: new StockPropagator(),
      exporter: new StockInMemorySpanExporter(),
    });
    const { tracer, propagator } = tracing;
    const span = tracer.startSpan('sender');
    const carrier: Record<string, string> = {};
    propagator.inject(trace.setSpan(ROOT_CONTEXT, span), carrier, {
      set: (headers, name, value) => {
        (headers as typeof carrier)[name] = value;
      },
    });
    const extracted = propagator.extract(ROOT_CONTEXT, carrier, {
      get: (headers, name) => (headers as typeof carrier)[name],
      keys: (headers) => Object.keys(headers as typeof carrier),
    });
    const receiver = tracer.startSpan('receiver', {}, extracted);
    expect(receiver.spanContext().traceId).toBe(span.spanContext().traceId);
    expect(trace.getSpanContext(extracted)?.spanId).toBe(span.spanContext().spanId);
    span.end();
    receiver.end();
  });

  it('span processor, exporter and id generator take our spans', async () => {
    const exporter = new StockInMemorySpanExporter();
    const processor = new StockBatchSpanProcessor(exporter);
    tracing = createTracing({
      spanProcessors: [processor],
      idGenerator: new StockRandomIdGenerator(),
      serviceName: 'stock',
    });
    const { tracer } = tracing;
    tracer.trace('parent', { attributes: { 'order.id': 7 } }, (parent) => {
      parent.addEvent('packed', { boxes: 2 });
      tracer.trace('child', { links: [{ context: parent.spanContext() }] }, () => undefined);
    });
    await tracing.forceFlush();
    const [child, parent] = exporter.getFinishedSpans();
    expect(parent).toMatchObject({
      name: 'parent',
      attributes: { 'order.id': 7 },
      events: [{ name: 'packed', attributes: { boxes: 2 } }],
      ended: true,
    });
    expect(parent?.resource.attributes['service.name']).toBe('stock');
    expect(child?.parentSpanContext?.spanId).toBe(parent?.spanContext().spanId);
    expect(child?.links[0]?.context).toEqual(parent?.spanContext());
    expect(child?.duration[0]).toBeGreaterThanOrEqual(0);
  });

  it('exporter of ours and batch processor of theirs work together over a socket', async () => {
    const bodies: Buffer[] = [];
    const server = createServer((request, response) => {
      void read(request).then((body) => {
        bodies.push(body);
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const exporter = new OtlpSpanExporter({ url: `http://127.0.0.1:${port}/v1/traces` });
    tracing = createTracing({ spanProcessors: [new StockBatchSpanProcessor(exporter)] });
    tracing.tracer.trace('over the wire', () => undefined);
    await tracing.shutdown();
    await new Promise((resolve) => server.close(resolve));
    expect(bodies).toHaveLength(1);
    expect(bodies[0]?.includes('over the wire')).toBe(true);
  });
});

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
