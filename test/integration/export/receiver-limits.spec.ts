import http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as grpc from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BatchSpanProcessor } from '../../../lib/delivery/index.js';
import {
  JaegerSpanExporter,
  OtlpGrpcSpanExporter,
  OtlpSpanExporter,
  type SpanExporter,
  ZipkinSpanExporter,
} from '../../../lib/export/index.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { providerFor } from '../../support/span-source.js';
import { readBatch } from '../../unit/export/jaeger/read-batch.js';
import { readRequest, spansOf } from '../../unit/export/otlp/read-otlp.js';
import { TraceService } from '../../unit/export/otlp-grpc/trace-service.js';

const KIB = 1024;
const MIB = 1024 * KIB;

/** A receiver that refuses long requests, and what it accepted. */
interface Receiver {
  readonly url: string;
  /** The names of the spans that it accepted. */
  readonly names: string[];
  readonly refusedCount: number;
}

interface Format {
  start(maxBytes: number): Promise<Receiver>;
  createExporter(url: string, options: { diagnostics: ReadDiagnostics }): SpanExporter;
}

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Answers as nginx does: with a page and the status 413, before it reads the body. */
async function startHttp(
  maxBytes: number,
  readNames: (body: Buffer) => string[],
): Promise<Receiver> {
  const receiver = { url: '', names: [] as string[], refusedCount: 0 };
  const server = http.createServer((request, response) => {
    if (Number(request.headers['content-length']) > maxBytes) {
      receiver.refusedCount++;
      response.writeHead(413, { 'content-type': 'text/html', connection: 'close' });
      response.end('<html><h1>413 Request Entity Too Large</h1></html>');
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      receiver.names.push(...readNames(Buffer.concat(chunks)));
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return receiver;
}

async function startGrpc(maxBytes: number): Promise<Receiver> {
  const service = await TraceService.start(undefined, undefined, {
    'grpc.max_receive_message_length': maxBytes,
  });
  stops.push(() => service.stop());
  return {
    url: service.url,
    get names() {
      return service.spanNames;
    },
    // The server refuses a message before it reaches the service.
    refusedCount: 0,
  };
}

const namesOf = (spans: { name: string }[]): string[] => spans.map(({ name }) => name);

const FORMATS: Record<string, Format> = {
  'OTLP in protobuf': {
    start: (maxBytes) =>
      startHttp(maxBytes, (body) => spansOf(readRequest(body)).map(({ name }) => name as string)),
    createExporter: (url, options) => new OtlpSpanExporter({ ...options, url }),
  },
  'OTLP in JSON': {
    start: (maxBytes) =>
      startHttp(maxBytes, (body) =>
        spansOf(JSON.parse(body.toString())).map(({ name }) => name as string),
      ),
    createExporter: (url, options) =>
      new OtlpSpanExporter({ ...options, url, protocol: 'http/json' }),
  },
  'OTLP over gRPC': {
    start: startGrpc,
    createExporter: (url, options) => new OtlpGrpcSpanExporter({ ...options, grpc, url }),
  },
  Zipkin: {
    start: (maxBytes) => startHttp(maxBytes, (body) => namesOf(JSON.parse(body.toString()))),
    createExporter: (url, options) => new ZipkinSpanExporter({ ...options, url }),
  },
  'Jaeger’s Thrift': {
    start: (maxBytes) =>
      startHttp(maxBytes, (body) =>
        readBatch(body).spans.map(({ operationName }: { operationName: string }) => operationName),
      ),
    createExporter: (url, options) =>
      new JaegerSpanExporter({ ...options, url: `${url}/api/traces` }),
  },
};

describe.each(Object.entries(FORMATS))('a receiver of %s', (_, format) => {
  async function deliver(maxBytes: number, spans: readonly (readonly [string, number])[]) {
    const receiver = await format.start(maxBytes);
    const diagnostics = new ReadDiagnostics();
    const exporter = format.createExporter(receiver.url, { diagnostics });
    const processor = new BatchSpanProcessor(exporter, { diagnostics, maxQueueSize: 2048 });
    stops.unshift(() => processor.shutdown());
    const { tracer } = providerFor(processor);
    for (const [name, length] of spans) {
      tracer.startSpan(name, { attributes: { text: 'x'.repeat(length) } }).end();
    }
    await processor.forceFlush();
    return { receiver, counts: processor.counts, lines: diagnostics.lines };
  }

  const manySpans = Array.from({ length: 512 }, (_span, i) => [`work ${i}`, 10_000] as const);
  const manyNames = manySpans.map(([name]) => name).sort();

  it('with the limit of nginx gets 512 spans of 10 kB, and refuses nothing', async () => {
    const { receiver, counts, lines } = await deliver(MIB, manySpans);
    expect(counts).toEqual({ exported: 512, failed: 0, dropped: {}, queued: 0 });
    expect([...receiver.names].sort()).toEqual(manyNames);
    expect([receiver.refusedCount, lines]).toEqual([0, []]);
  });

  it('with a much lower limit gets all of them, in shorter requests', async () => {
    const { receiver, counts, lines } = await deliver(100 * KIB, manySpans);
    expect(counts).toEqual({ exported: 512, failed: 0, dropped: {}, queued: 0 });
    expect([...receiver.names].sort()).toEqual(manyNames);
    expect(lines[0]).toMatch(/^A request is too long for the receiver; .* Set maxRequestBytes/);
  });

  it('that refuses a giant span gets all others, and the log names it', async () => {
    const spans = Array.from({ length: 101 }, (_span, i) =>
      i === 50 ? (['giant', 5_000_000] as const) : ([`work ${i}`, 100] as const),
    );
    const { receiver, counts, lines } = await deliver(MIB, spans);
    expect(counts).toEqual({ exported: 100, failed: 1, dropped: {}, queued: 0 });
    expect(receiver.names).toHaveLength(100);
    expect(lines[0]).toMatch(
      /^A span is too long for the receiver and was dropped: 'giant', 5\d{6} bytes: /,
    );
  });

  it('that takes long requests gets a giant span too', async () => {
    const { counts, lines } = await deliver(8 * MIB, [['giant', 5_000_000]]);
    expect(counts.exported).toBe(1);
    expect(lines).toEqual([]);
  });
});
