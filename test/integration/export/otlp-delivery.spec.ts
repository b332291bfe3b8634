import { readFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  BasicTracerProvider,
  BatchSpanProcessor as StockBatchSpanProcessor,
  InMemorySpanExporter as StockInMemorySpanExporter,
} from '@opentelemetry/sdk-trace-base';
import { contextStorage } from '../../../lib/context/index.js';
import { BatchSpanProcessor } from '../../../lib/delivery/index.js';
import { OtlpSpanExporter, type OtlpSpanExporterOptions } from '../../../lib/export/index.js';
import { VERSION } from '../../../lib/version.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { endedSpans, providerFor } from '../../support/span-source.js';
import { expectedSpan } from '../../unit/export/otlp/expected-otlp.js';
import { spansOf } from '../../unit/export/otlp/read-otlp.js';
import { type Answer, accept, Collector } from './collector.js';

const collectors: Collector[] = [];

async function startCollector(
  answer?: Answer,
  tls?: Parameters<typeof Collector.start>[1],
): Promise<Collector> {
  const collector = await Collector.start(answer, tls);
  collectors.push(collector);
  return collector;
}

function certificate(name: string): string {
  return readFileSync(new URL(`./certificates/${name}.pem`, import.meta.url), 'utf8');
}

/** Ends `count` spans and has them delivered; what became of them, and what was said. */
async function deliver(
  url: string,
  options: OtlpSpanExporterOptions = {},
  count = 3,
): Promise<{ counts: BatchSpanProcessor['counts']; lines: string[] }> {
  const diagnostics = new ReadDiagnostics();
  const exporter = new OtlpSpanExporter({ url, diagnostics, retry: { maxRetries: 0 }, ...options });
  const processor = new BatchSpanProcessor(exporter, { diagnostics });
  const { tracer } = providerFor(processor);
  for (let i = 0; i < count; i++) tracer.startSpan(`work ${i}`).end();
  await processor.forceFlush();
  await processor.shutdown();
  return { counts: processor.counts, lines: diagnostics.lines };
}

afterEach(async () => {
  for (const collector of collectors.splice(0)) await collector.stop();
});

describe('spans on their way to a collector', () => {
  it.each<[string, OtlpSpanExporterOptions]>([
    ['protobuf', {}],
    ['compressed protobuf', { compression: 'gzip' }],
    ['JSON', { protocol: 'http/json' }],
    ['compressed JSON', { protocol: 'http/json', compression: 'gzip' }],
  ])('arrive as %s', async (_, options) => {
    const collector = await startCollector();
    const { counts, lines } = await deliver(collector.url, options);
    expect(counts).toEqual({ exported: 3, failed: 0, dropped: {}, queued: 0 });
    expect(collector.spanNames).toEqual(['work 0', 'work 1', 'work 2']);
    expect(collector.requests).toMatchObject([
      {
        method: 'POST',
        path: '/v1/traces',
        headers: {
          'content-type':
            options.protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
          'user-agent': `nestjs-traced/${VERSION} OTel-OTLP-Exporter-JavaScript/${VERSION}`,
        },
      },
    ]);
    expect(collector.requests[0]?.headers['content-encoding']).toBe(options.compression);
    expect(lines).toEqual([]);
  });

  it('arrive in batches, over as many connections as exports overlap', async () => {
    const collector = await startCollector();
    const { counts } = await deliver(collector.url, {}, 20 * 512 + 276);
    expect(counts.exported).toBe(20 * 512 + 276);
    const sizes = collector.messages.map((message) => spansOf(message).length);
    expect(sizes.sort((a, b) => a - b)).toEqual([276, ...new Array(20).fill(512)]);
    // `maxConcurrentExports` of a batch processor is 8, and connections are kept.
    const connections = new Set(collector.requests.map(({ socket }) => socket));
    expect(connections.size).toBeLessThanOrEqual(8);
  });

  it('take the headers of the user along', async () => {
    const collector = await startCollector();
    await deliver(collector.url, { headers: { 'Api-Key': 'k', 'User-Agent': 'mine' } });
    expect(collector.requests[0]?.headers).toMatchObject({ 'api-key': 'k', 'user-agent': 'mine' });
  });

  it('arrive at a server that proves who it is, and asks the same of us', async () => {
    const collector = await startCollector(accept, {
      cert: certificate('server'),
      key: certificate('server-key'),
      ca: certificate('ca'),
      requestCert: true,
    });
    const tls = {
      ca: certificate('ca'),
      cert: certificate('client'),
      key: certificate('client-key'),
    };
    expect((await deliver(collector.url, { tls })).counts.exported).toBe(3);
  });

  it('do not go to a server that cannot prove who it is', async () => {
    const collector = await startCollector(accept, {
      cert: certificate('server'),
      key: certificate('server-key'),
    });
    const { counts, lines } = await deliver(collector.url, { retry: {} });
    expect(counts).toEqual({ exported: 0, failed: 3, dropped: {}, queued: 0 });
    expect(lines[0]).toMatch(
      /^OtlpSpanExporter could not deliver 3 spans: POST https:\S+: unable to verify the first certificate/,
    );
  });

  it('do not follow a redirect that leads out of TLS', async () => {
    const plain = await startCollector();
    const collector = await startCollector(
      (_request, response) => response.writeHead(307, { location: plain.url }).end(),
      { cert: certificate('server'), key: certificate('server-key') },
    );
    const { counts } = await deliver(collector.url, { tls: { ca: certificate('ca') } });
    expect(counts.failed).toBe(3);
    expect(plain.requests).toEqual([]);
  });

  it('are sent where nothing is traced', async () => {
    const collector = await startCollector();
    const contexts: boolean[] = [];
    // Asked for the address of every new connection, inside the request.
    const lookup: LookupFunction = (_name, _options, callback) => {
      contexts.push(contextStorage.active().suppressed);
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const exporter = new OtlpSpanExporter({
      url: collector.url.replace('127.0.0.1', 'collector.test'),
      agentOptions: { lookup },
    });
    const result = await new Promise((resolve) => exporter.export(endedSpans(1), resolve));
    await exporter.shutdown();
    expect(result).toEqual({ code: 0 });
    expect(contexts).toEqual([true]);
  });
});

describe('between OpenTelemetry’s SDK and us', () => {
  it('its processor hands its spans to our exporter', async () => {
    const collector = await startCollector();
    const exporter = new OtlpSpanExporter({ url: collector.url });
    const processor = new StockBatchSpanProcessor(exporter as never, { maxExportBatchSize: 100 });
    const provider = new BasicTracerProvider({ spanProcessors: [processor] });
    const tracer = provider.getTracer('stock');
    for (let i = 0; i < 500; i++) tracer.startSpan(`work ${i}`, { attributes: { i } }).end();
    await provider.shutdown();
    expect(new Set(collector.spanNames).size).toBe(500);
  });

  it('our spans go through its processor to our exporter', async () => {
    const collector = await startCollector();
    const exporter = new OtlpSpanExporter({ url: collector.url });
    const processor = new StockBatchSpanProcessor(exporter as never);
    const spans = endedSpans(3);
    for (const span of spans) processor.onEnd(span as never);
    await processor.shutdown();
    expect(collector.messages.flatMap(spansOf)).toEqual(spans.map(expectedSpan));
  });

  it('its exporter takes our spans from our processor', async () => {
    const exporter = new StockInMemorySpanExporter();
    const processor = new BatchSpanProcessor(exporter);
    const { tracer } = providerFor(processor);
    for (let i = 0; i < 700; i++) tracer.startSpan(`work ${i}`).end();
    await processor.forceFlush();
    expect(exporter.getFinishedSpans()).toHaveLength(700);
    expect(processor.counts).toEqual({ exported: 700, failed: 0, dropped: {}, queued: 0 });
    await processor.shutdown();
  });

  it('our processor hands its spans to our exporter', async () => {
    const collector = await startCollector();
    const processor = new BatchSpanProcessor(new OtlpSpanExporter({ url: collector.url }));
    const provider = new BasicTracerProvider({ spanProcessors: [processor as never] });
    for (let i = 0; i < 20; i++) provider.getTracer('stock').startSpan(`work ${i}`).end();
    await provider.shutdown();
    expect(collector.spanNames).toHaveLength(20);
    expect(processor.counts).toEqual({ exported: 20, failed: 0, dropped: {}, queued: 0 });
  });
});
