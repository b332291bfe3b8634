import { describe, expect, it } from '@jest/globals';
import {
  type Tracer as ApiTracer,
  type Context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as HttpExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';

import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  BasicTracerProvider,
  type SpanExporter as StockExporter,
  BatchSpanProcessor as StockProcessor,
} from '@opentelemetry/sdk-trace-base';
import { BatchSpanProcessor } from '../../../lib/delivery/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { OtlpSpanExporter, type OtlpSpanExporterOptions } from '../../../lib/export/index.js';
import { type ListeningGrpc, listenGrpc } from '../../../lib/viewer/server/otlp-grpc.js';
import type { TraceEntry } from '../../../lib/viewer/store/trace-entry.js';
import { TraceStore } from '../../../lib/viewer/store/trace-store.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { providerFor } from '../../support/span-source.js';
import { storedTraceText } from '../../support/stored-trace-text.js';
import { type TestViewer, viewersOfTest } from '../../support/viewer-servers.js';

const startViewer = viewersOfTest();

/** The same trace with any tracer of the API. @returns its id */
function makeTrace(tracer: ApiTracer): string {
  const begin = (name: string, context: Context, kind = SpanKind.INTERNAL) => {
    const span = tracer.startSpan(name, { kind, attributes: { step: name.length } }, context);
    return { span, context: trace.setSpan(context, span) };
  };
  const root = begin('POST /orders', ROOT_CONTEXT, SpanKind.SERVER);
  const find = begin('find ü shelf', root.context);
  const query = begin('SELECT shelf', find.context, SpanKind.CLIENT);
  query.span.setAttributes({
    'db.system.name': 'postgresql',
    rows: 3,
    ratio: 0.5,
    ids: ['a', 'b'],
    cached: false,
  });
  query.span.end();
  find.span.recordException({ name: 'Offline', message: 'no answer' });
  find.span.setStatus({ code: SpanStatusCode.ERROR, message: 'no answer' });
  find.span.end();
  const publish = begin('publish', root.context, SpanKind.PRODUCER);
  publish.span.addLink({
    context: { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1 },
  });
  publish.span.end();
  root.span.end();
  return root.span.spanContext().traceId;
}

const TREE = `POST /orders [server] @orders step=12
  find ü shelf @orders ERROR "no answer" step=12 event:exception
    SELECT shelf [client] @orders step=12 db.system.name="postgresql" rows=3 ratio=0.5 ids=["a","b"] cached=false
  publish [producer] @orders step=7 link:abab`;

async function sendByOurs({ port }: TestViewer, options: OtlpSpanExporterOptions): Promise<string> {
  const diagnostics = new ReadDiagnostics();
  const url = `http://localhost:${port}/v1/traces`;
  const processor = new BatchSpanProcessor(new OtlpSpanExporter({ url, diagnostics, ...options }), {
    diagnostics,
  });
  const id = makeTrace(providerFor(processor).tracer);
  await processor.shutdown();
  expect(diagnostics.lines).toEqual([]);
  expect(processor.counts).toMatchObject({ exported: 4, failed: 0 });
  return id;
}

async function sendByStock(exporter: StockExporter): Promise<string> {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'orders' }),
    spanProcessors: [new StockProcessor(exporter)],
  });
  const id = makeTrace(provider.getTracer('test'));
  await provider.shutdown();
  return id;
}

// As the environment variable has it; the enum is in a package that comes with the exporters.
const gzip = { compression: 'gzip' as never };
const SENDERS: readonly [string, (viewer: TestViewer) => Promise<string>][] = [
  ['OtlpSpanExporter', (viewer) => sendByOurs(viewer, {})],
  ['OtlpSpanExporter with gzip', (viewer) => sendByOurs(viewer, { compression: 'gzip' })],
  ['OtlpSpanExporter in JSON', (viewer) => sendByOurs(viewer, { protocol: 'http/json' })],
  [
    'OtlpSpanExporter in JSON with gzip',
    (viewer) => sendByOurs(viewer, { protocol: 'http/json', compression: 'gzip' }),
  ],
  ['exporter-trace-otlp-http', ({ port }) => sendByStock(new HttpExporter({ url: urlOf(port) }))],
  [
    'exporter-trace-otlp-http with gzip',
    ({ port }) => sendByStock(new HttpExporter({ url: urlOf(port), ...gzip })),
  ],
  ['exporter-trace-otlp-proto', ({ port }) => sendByStock(new ProtoExporter({ url: urlOf(port) }))],
  [
    'exporter-trace-otlp-proto with gzip',
    ({ port }) => sendByStock(new ProtoExporter({ url: urlOf(port), ...gzip })),
  ],
];

function urlOf(port: number): string {
  return `http://localhost:${port}/v1/traces`;
}

describe.each(SENDERS)('a trace of %s', (_, send) => {
  it('is in the viewer as it was sent', async () => {
    const viewer = await startViewer();
    const id = await send(viewer);
    expect(storedTraceText(viewer.store.get(id) as TraceEntry)).toBe(TREE);
    expect(viewer.server.counts()).toMatchObject({
      spans: { received: 4, stored: 4, duplicate: 0, refused: 0, evicted: 0 },
      requests: { unreadable: 0, overloaded: 0 },
    });
  });
});

describe('logs of exporter-logs-otlp-http', () => {
  it('are in the viewer, with the trace that they belong to', async () => {
    const { store, port } = await startViewer();
    const exporter = new OTLPLogExporter({ url: `http://localhost:${port}/v1/logs` });
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ 'service.name': 'orders' }),
      processors: [new SimpleLogRecordProcessor({ exporter })],
    });
    const spanContext = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1 };
    provider.getLogger('pino').emit({
      body: 'Reserved',
      severityNumber: 9,
      severityText: 'INFO',
      attributes: { items: 3 },
      context: trace.setSpanContext(ROOT_CONTEXT, spanContext),
    });
    await provider.shutdown();
    expect(store.logs.ofTrace(spanContext.traceId)).toMatchObject([
      {
        body: 'Reserved',
        severityNumber: 9,
        severityText: 'INFO',
        attributes: { items: 3 },
        spanId: spanContext.spanId,
        scope: { name: 'pino' },
        resource: { attributes: { 'service.name': 'orders' } },
      },
    ]);
  });
});

describe('a trace of exporter-trace-otlp-grpc', () => {
  it('is in the viewer as it was sent', async () => {
    const store = new TraceStore({ maxBytes: 64 * 2 ** 20, maxTraces: 1_000 });
    const diagnostics = new Diagnostics({ warn: () => {} });
    const onMetrics = () => {};
    const options = { store, host: '127.0.0.1', port: 0, token: undefined, diagnostics, onMetrics };
    const listening = (await listenGrpc(options)) as ListeningGrpc;
    try {
      const id = await sendByStock(new GrpcExporter({ url: `http://127.0.0.1:${listening.port}` }));
      expect(storedTraceText(store.get(id) as TraceEntry)).toBe(TREE);
    } finally {
      listening.close();
    }
  });
});
