import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { AWSXRayIdGenerator } from '@opentelemetry/id-generator-aws-xray';
import {
  createTracing,
  ID_GENERATOR,
  OtlpSpanExporter,
  PROPAGATOR,
  SAMPLER,
  SPAN_EXPORTER,
  SPAN_PROCESSORS,
  Tracer,
  Tracing,
  TracingModule,
  type TracingOptions,
} from 'nestjs-traced';
import { type OpenTelemetryVersion, sdk2, sdk3 } from '../../support/opentelemetry-versions.js';

let tracing: Tracing | undefined;
let application: INestApplicationContext | undefined;

afterEach(async () => {
  await tracing?.shutdown();
  await application?.close();
});

async function start(options: TracingOptions): Promise<INestApplicationContext> {
  @Module({ imports: [TracingModule.forRoot(options)] })
  class AppModule {}
  application = await NestFactory.createApplicationContext(AppModule, { logger: false });
  return application;
}

const HEADER_ACCESS = {
  get: (headers: unknown, name: string) => (headers as Record<string, string>)[name],
  keys: (headers: unknown) => Object.keys(headers as Record<string, string>),
  set: (headers: unknown, name: string, value: string) => {
    (headers as Record<string, string>)[name] = value;
  },
};

/** Parts of OpenTelemetry in the places of ours, as they come. */
describe.each<[string, OpenTelemetryVersion | undefined]>([
  ['2', sdk2],
  ['3', sdk3],
])('of OpenTelemetry %s', (_, version) => {
  const itIfLoaded = version === undefined ? it.skip : it;
  const sdk = version?.sdk as OpenTelemetryVersion['sdk'];

  itIfLoaded('parts are what the tokens provide, and all work together', async () => {
    const sampler = new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(1) });
    const exporter = new sdk.InMemorySpanExporter();
    const processor = new sdk.SimpleSpanProcessor(version?.exporterOf(exporter) as never);
    const parts = {
      sampler,
      exporter,
      spanProcessors: [processor],
      propagator: new (version as OpenTelemetryVersion).B3Propagator(),
      idGenerator: new sdk.RandomIdGenerator(),
    };
    const app = await start(parts);
    const token = (name: symbol): unknown => app.get(name);
    expect(token(SAMPLER)).toBe(sampler);
    expect(token(SPAN_EXPORTER)).toBe(exporter);
    expect(token(SPAN_PROCESSORS)).toContain(processor);
    expect(token(PROPAGATOR)).toBe(parts.propagator);
    expect(token(ID_GENERATOR)).toBe(parts.idGenerator);
    app.get(Tracer).trace('work', () => undefined);
    await app.get(Tracing).forceFlush();
    // Once by the processor, once by the batches of the exporter.
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['work', 'work']);
  });

  itIfLoaded.each([
    [0, false],
    [1, true],
  ])('a sampler with ratio %d decides', (ratio, isRecording) => {
    tracing = createTracing({
      sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(ratio) }),
      exporter: new sdk.InMemorySpanExporter(),
    });
    const { tracer } = tracing;
    tracer.trace('root', (root) => {
      expect(root.isRecording()).toBe(isRecording);
      tracer.trace('child', (child) => expect(child.isRecording()).toBe(isRecording));
    });
  });

  itIfLoaded.each([
    ['trace context', () => new W3CTraceContextPropagator()],
    ['B3', () => new (version as OpenTelemetryVersion).B3Propagator()],
    ['AWS X-Ray', () => new (version as OpenTelemetryVersion).AWSXRayPropagator()],
  ])('a propagator for %s injects and extracts', (_, createPropagator) => {
    tracing = createTracing({
      propagator: createPropagator(),
      exporter: new sdk.InMemorySpanExporter(),
    });
    const { tracer, propagator } = tracing;
    const span = tracer.startSpan('sender');
    const carrier: Record<string, string> = {};
    propagator.inject(trace.setSpan(ROOT_CONTEXT, span), carrier, HEADER_ACCESS);
    expect(Object.keys(carrier)).not.toEqual([]);
    const extracted = propagator.extract(ROOT_CONTEXT, carrier, HEADER_ACCESS);
    const receiver = tracer.startSpan('receiver', {}, extracted);
    expect(receiver.spanContext().traceId).toBe(span.spanContext().traceId);
    expect(trace.getSpanContext(extracted)?.spanId).toBe(span.spanContext().spanId);
    span.end();
    receiver.end();
  });

  itIfLoaded('a span processor and an exporter take our spans', async () => {
    const exporter = new sdk.InMemorySpanExporter();
    const processor = new sdk.BatchSpanProcessor(version?.exporterOf(exporter) as never);
    tracing = createTracing({
      spanProcessors: [processor],
      idGenerator: new sdk.RandomIdGenerator(),
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

  itIfLoaded('a batch processor works with an exporter of ours over a socket', async () => {
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
    const processor = new sdk.BatchSpanProcessor(version?.exporterOf(exporter) as never);
    tracing = createTracing({ spanProcessors: [processor] });
    tracing.tracer.trace('over the wire', () => undefined);
    await tracing.shutdown();
    await new Promise((resolve) => server.close(resolve));
    expect(bodies).toHaveLength(1);
    expect(bodies[0]?.includes('over the wire')).toBe(true);
  });
});

describe('of AWS', () => {
  it('the id generator makes ids that X-Ray accepts', () => {
    tracing = createTracing({ idGenerator: new AWSXRayIdGenerator(), spanProcessors: [] });
    const { traceId } = tracing.tracer.startSpan('work').spanContext();
    const seconds = Number.parseInt(traceId.slice(0, 8), 16);
    expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(10);
  });
});

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
