import { afterEach, describe, expect, it } from '@jest/globals';
import { BatchSpanProcessor } from '../../../lib/delivery/index.js';
import { OtlpSpanExporter } from '../../../lib/export/index.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { providerFor } from '../../support/span-source.js';
import { until } from '../../support/until.js';
import { writeResponse } from '../../unit/export/otlp/read-otlp.js';
import { type Answer, accept, Collector } from './collector.js';
import { OK } from './faulty-destinations.js';
import { RawServer } from './raw-server.js';

const SPAN_COUNT = 5;
const MAX_EXPORT_BATCH_SIZE = 2;
const BATCH_COUNT = 3;
const PROTOBUF = { 'content-type': 'application/x-protobuf' };

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A server that takes spans, though not as usual. */
interface OddServer {
  readonly url: string;
  readonly requestCount: number;
  stop(): Promise<void>;
}

async function collector(answer: Answer): Promise<OddServer> {
  const server = await Collector.start(answer);
  return {
    url: server.url,
    get requestCount() {
      return server.requests.length;
    },
    stop: () => server.stop(),
  };
}

const SERVERS: readonly [string, () => Promise<OddServer>, number][] = [
  [
    'takes a part of them',
    () =>
      collector((_request, response) => {
        const partialSuccess = { rejectedSpans: 1, errorMessage: 'too old' };
        response.writeHead(200, PROTOBUF).end(writeResponse({ partialSuccess }));
      }),
    BATCH_COUNT,
  ],
  [
    'answers with a page',
    () =>
      collector((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>');
      }),
    SPAN_COUNT,
  ],
  [
    'answers with broken bytes',
    () => collector((_request, response) => response.writeHead(200, PROTOBUF).end('\u0008')),
    0,
  ],
  [
    'answers byte by byte',
    () =>
      RawServer.start(async (socket) => {
        for (const byte of OK) await new Promise((resolve) => socket.write(byte, resolve));
      }),
    0,
  ],
  [
    'closes its side after each answer',
    () => RawServer.start((socket) => socket.write(OK, () => socket.end())),
    0,
  ],
  [
    'resets a connection that is used again',
    () =>
      RawServer.start((socket) => {
        if (socket.bytesWritten > 0) socket.resetAndDestroy();
        else socket.write(OK);
      }),
    0,
  ],
  [
    'resets the first connection',
    () =>
      RawServer.start((socket, index) =>
        index === 0 ? socket.resetAndDestroy() : socket.write(OK),
      ),
    0,
  ],
  [
    'sends them elsewhere',
    () =>
      collector((request, response) => {
        if (request.path === '/new') accept(request, response);
        else response.writeHead(308, { location: '/new' }).end();
      }),
    0,
  ],
  [
    'asks to wait for some seconds',
    () =>
      collector((request, response, index) => {
        if (index === 0) response.writeHead(429, { 'retry-after': '1' }).end();
        else accept(request, response);
      }),
    0,
  ],
  [
    'asks to wait for a date',
    () =>
      collector((request, response, index) => {
        const date = new Date(Date.now() + 1000).toUTCString();
        if (index === 0) response.writeHead(503, { 'retry-after': date }).end();
        else accept(request, response);
      }),
    0,
  ],
];

describe.each(SERVERS)('a collector that %s', (_, start, rejectedCount) => {
  async function build() {
    const server = await start();
    const diagnostics = new ReadDiagnostics();
    const exporter = new OtlpSpanExporter({
      url: server.url,
      diagnostics,
      retry: { initialBackoffMillis: 5 },
    });
    const processor = new BatchSpanProcessor(exporter, {
      maxExportBatchSize: MAX_EXPORT_BATCH_SIZE,
      diagnostics,
    });
    stops.push(
      () => processor.shutdown(),
      () => server.stop(),
    );
    const { tracer } = providerFor(processor);
    for (let i = 0; i < SPAN_COUNT; i++) tracer.startSpan(`work ${i}`).end();
    return { processor, server };
  }

  const taken = {
    exported: SPAN_COUNT - rejectedCount,
    failed: rejectedCount,
    dropped: {},
    queued: 0,
  };

  it('gets all spans', async () => {
    const { processor } = await build();
    await processor.forceFlush();
    expect(processor.counts).toEqual(taken);
  });

  it('gets all spans when the application ends in the middle of it', async () => {
    const { processor, server } = await build();
    const flushed = processor.forceFlush();
    await until(
      () => server.requestCount > 0,
      () => processor.counts,
    );
    await Promise.all([processor.shutdown(), flushed]);
    expect(processor.counts).toEqual(taken);
  });
});
