import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BatchSpanProcessor, type BatchSpanProcessorOptions } from '../../../lib/delivery/index.js';
import {
  type ExportResult,
  OtlpSpanExporter,
  type OtlpSpanExporterOptions,
} from '../../../lib/export/index.js';
import type { PipelineCounts, ReadableSpan, Tracer } from '../../../lib/trace/index.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { endedSpan, endedSpans, providerFor } from '../../support/span-source.js';
import { until } from '../../support/until.js';
import { writeResponse } from '../../unit/export/otlp/read-otlp.js';
import { type Answer, accept, Collector } from './collector.js';
import { findRefusingUrl, type RawAnswer, RawServer } from './raw-server.js';

const SPAN_COUNT = 5;
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const servers: { stop(): Promise<void> }[] = [];

interface Target {
  readonly url: string;
  /** How many requests came, if anybody counts. */
  readonly requestCount: () => number;
}

async function collector(answer: Answer): Promise<Target> {
  const server = await Collector.start(answer);
  servers.push(server);
  return { url: server.url, requestCount: () => server.requests.length };
}

async function raw(answer: RawAnswer, onConnect?: (socket: Socket) => void): Promise<Target> {
  const server = await RawServer.start(answer, onConnect);
  servers.push(server);
  return { url: server.url, requestCount: () => server.requestCount };
}

interface Pipeline {
  readonly tracer: Tracer;
  readonly processor: BatchSpanProcessor;
  readonly lines: string[];
}

function build(
  url: string,
  options: OtlpSpanExporterOptions = {},
  processorOptions: BatchSpanProcessorOptions = {},
): Pipeline {
  const diagnostics = new ReadDiagnostics();
  const exporter = new OtlpSpanExporter({
    url,
    diagnostics,
    retry: { maxRetries: 3, initialBackoffMillis: 1 },
    ...options,
  });
  const processor = new BatchSpanProcessor(exporter, { diagnostics, ...processorOptions });
  return { tracer: providerFor(processor).tracer, processor, lines: diagnostics.lines };
}

function endSpans(tracer: Tracer, count = SPAN_COUNT): void {
  for (let i = 0; i < count; i++) tracer.startSpan(`work ${i}`).end();
}

function total({ exported, failed, dropped, queued }: PipelineCounts): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, exported + failed + queued);
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

describe('spans for a collector that is in trouble', () => {
  const lost = (reason: string): RegExp =>
    new RegExp(`could not deliver 5 spans: POST http://\\S+: ${reason}\\. Further`);
  const late = (reason: string): RegExp =>
    new RegExp(
      `^OtlpSpanExporter has not delivered 5 spans yet: POST http://\\S+: ${reason} \\(after 2 tries\\)\\. It tries`,
    );

  it.each<[string, () => Promise<Target>, number, RegExp]>([
    [
      'that nobody listens for',
      async () => ({ url: await findRefusingUrl(), requestCount: () => 0 }),
      0,
      late('connect ECONNREFUSED \\S+: nothing listens there\\. .*'),
    ],
    ['that never answers', () => collector(() => {}), 1, lost('no response within 1000 ms')],
    [
      'that answers too slowly, byte by byte',
      () =>
        raw(async (socket) => {
          for (const byte of `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(1000)}`) {
            if (socket.destroyed) return;
            await new Promise((resolve) => setTimeout(() => socket.write(byte, resolve), 10));
          }
        }),
      1,
      lost('no response within 1000 ms'),
    ],
    [
      'that resets every connection',
      () => raw((socket) => socket.resetAndDestroy()),
      4,
      late('read ECONNRESET'),
    ],
    [
      'that breaks off in the middle of its answer',
      () =>
        raw((socket) =>
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', () => socket.destroy()),
        ),
      1,
      lost('the response was cut off: aborted'),
    ],
    [
      'that says the spans are bad, and why',
      () =>
        collector((_request, response) => {
          response
            .writeHead(400, PROTOBUF)
            .end(Buffer.from('0803120862616420 7370616e'.replace(' ', ''), 'hex'));
        }),
      1,
      lost('400 Bad Request: bad span'),
    ],
    [
      'that is not there',
      () => collector((_, response) => response.writeHead(404).end()),
      1,
      lost('404 Not Found'),
    ],
    [
      'that finds them too many',
      () => collector((_, response) => response.writeHead(413).end()),
      // All of them, two, and one, which is so short that no other is sent.
      3,
      lost('413 Payload Too Large'),
    ],
    [
      'that is broken',
      () => collector((_, response) => response.writeHead(500).end()),
      1,
      lost('500 Internal Server Error'),
    ],
    [
      'that is overloaded for good',
      () => collector((_, response) => response.writeHead(503).end()),
      4,
      late('503 Service Unavailable'),
    ],
    [
      'that wants them much later',
      () => collector((_, response) => response.writeHead(429, { 'retry-after': '3600' }).end()),
      1,
      lost(
        '429 Too Many Requests, to be sent again after 3600 s, which is later than the 1000 ms for an export',
      ),
    ],
    [
      'that wants them at a date next year',
      () =>
        collector((_, response) => {
          const date = new Date(Date.now() + 365 * 86_400_000).toUTCString();
          response.writeHead(503, { 'retry-after': date }).end();
        }),
      1,
      lost('503 Service Unavailable, to be sent again after \\d+ s, .*'),
    ],
    [
      'that answers without end',
      () => collector((_, response) => response.end(Buffer.alloc(5 * 1024 * 1024))),
      1,
      lost('the response is longer than 4194304 bytes'),
    ],
    [
      'that sends them in circles',
      () =>
        collector((request, response) => response.writeHead(307, { location: request.path }).end()),
      6,
      lost('more than 5 redirects'),
    ],
    [
      'that speaks another protocol',
      () =>
        raw(
          () => {},
          (socket) => socket.write(Buffer.alloc(20)),
        ),
      0,
      lost('Parse Error: .*: the server does not speak HTTP/1.1\\. Is this its port for gRPC\\?'),
    ],
  ])('%s are lost and counted', async (_, start, requestCount, line) => {
    const target = await start();
    const { tracer, processor, lines } = build(target.url, { timeoutMillis: 1000 });
    endSpans(tracer);
    await processor.forceFlush();
    expect(processor.counts).toEqual({ exported: 0, failed: SPAN_COUNT, dropped: {}, queued: 0 });
    expect(lines.at(-1)).toMatch(line);
    expect(lines.filter((each) => !/ is too long for the receiver/.test(each))).toHaveLength(1);
    if (requestCount > 0) expect(target.requestCount()).toBe(requestCount);
    await processor.shutdown();
    expect(lines.at(-1)).toMatch(
      /^Delivery by OtlpSpanExporter has ended; 5 spans were lost\. The last failure: POST http/,
    );
  });

  it('that has no address are lost and counted', async () => {
    const name = 'collector.invalid';
    const startMillis = performance.now();
    await expect(lookup(name)).rejects.toThrow();
    // Where the resolver of a machine is slow to say no, this would only test its patience.
    if (performance.now() - startMillis > 200) return;
    const { tracer, processor, lines } = build(`http://${name}/v1/traces`);
    endSpans(tracer);
    await processor.shutdown();
    expect(processor.counts.failed).toBe(SPAN_COUNT);
    expect(lines[0]).toMatch(
      /getaddrinfo E\w+ collector\.invalid: .* name server .* \(after 2 tries\)/,
    );
  });

  it.each<[string, () => Promise<Target>, number]>([
    [
      'that is overloaded for a moment',
      () =>
        collector((request, response, index) => {
          if (index === 0) response.writeHead(503).end();
          else accept(request, response);
        }),
      2,
    ],
    [
      'that asks to wait a moment',
      () =>
        collector((request, response, index) => {
          if (index === 0) response.writeHead(429, { 'retry-after': '0' }).end();
          else accept(request, response);
        }),
      2,
    ],
    [
      'that resets a connection once',
      () => raw((socket, index) => (index === 0 ? socket.resetAndDestroy() : socket.write(OK))),
      2,
    ],
    [
      'that has moved',
      () =>
        collector((request, response) => {
          if (request.path === '/new') accept(request, response);
          else response.writeHead(308, { location: '/new' }).end();
        }),
      2,
    ],
    [
      'that answers byte by byte',
      () =>
        raw(async (socket) => {
          for (const byte of OK) await new Promise((resolve) => socket.write(byte, resolve));
        }),
      1,
    ],
  ])('%s arrive, and nothing is said', async (_, start, requestCount) => {
    const target = await start();
    const { tracer, processor, lines } = build(target.url);
    endSpans(tracer);
    await processor.forceFlush();
    expect(processor.counts).toEqual({ exported: SPAN_COUNT, failed: 0, dropped: {}, queued: 0 });
    expect(target.requestCount()).toBe(requestCount);
    expect(lines).toEqual([]);
    await processor.shutdown();
  });

  it('that takes a part of them are counted apart', async () => {
    const { url } = await collector((_request, response) => {
      const partialSuccess = { rejectedSpans: 2, errorMessage: 'too old' };
      response.writeHead(200, PROTOBUF).end(writeResponse({ partialSuccess }));
    });
    const { tracer, processor, lines } = build(url);
    for (let round = 0; round < 3; round++) {
      endSpans(tracer);
      await processor.forceFlush();
    }
    expect(processor.counts).toEqual({ exported: 9, failed: 6, dropped: {}, queued: 0 });
    expect(lines).toEqual(['The OTLP server rejected spans of a batch: 2 of them, too old']);
    await processor.shutdown();
  });

  it('that rejects all of them, or more, are all failed', async () => {
    const { url } = await collector((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end('{"partialSuccess":{"rejectedSpans":"99","errorMessage":"no"}}');
    });
    const { tracer, processor, lines } = build(url, { protocol: 'http/json' });
    endSpans(tracer);
    await processor.forceFlush();
    expect(processor.counts).toEqual({ exported: 0, failed: 5, dropped: {}, queued: 0 });
    expect(lines[1]).toMatch(/could not deliver 5 spans: 99 spans were rejected: no\. /);
    await processor.shutdown();
  });

  it.each([
    ['broken JSON', 'application/json', '{"partial'],
    ['broken bytes', 'application/x-protobuf', '\u0008'],
  ])('that takes them with %s are exported, and it is said', async (_, type, body) => {
    const { url } = await collector((_request, response) => {
      response.writeHead(200, { 'content-type': type }).end(body);
    });
    const { tracer, processor, lines } = build(url);
    endSpans(tracer);
    await processor.forceFlush();
    expect(processor.counts.exported).toBe(SPAN_COUNT);
    expect(lines).toEqual([
      expect.stringMatching(
        /^The server accepted a batch, but its response is not an OTLP response; check that the URL is that of an OTLP receiver: /,
      ),
    ]);
    await processor.shutdown();
  });

  it.each([
    ['a web page', 'text/html', '<!doctype html><html></html>', 'is a web page'],
    ['a web page without a type', '', '\n<html></html>', 'is a web page'],
    ['plain text', 'text/plain', 'ok', 'is of the type text/plain'],
  ])('that answers them with %s did not get them', async (_, type, body, reason) => {
    const { url } = await collector((_request, response) => {
      response.writeHead(200, type === '' ? {} : { 'content-type': type }).end(body);
    });
    const { tracer, processor, lines } = build(url);
    endSpans(tracer);
    await processor.forceFlush();
    expect(processor.counts).toEqual({ exported: 0, failed: SPAN_COUNT, dropped: {}, queued: 0 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`could not deliver 5 spans: The response ${reason}`);
    await processor.shutdown();
  });

  it('that closes its idle connections arrive all the same', async () => {
    const { url, requestCount } = await raw((socket, index) => {
      // Every second request comes over a connection that the server has given up by then.
      if (index % 2 === 1) socket.destroy();
      else socket.write(OK);
    });
    const { tracer, processor, lines } = build(url, { retry: { maxRetries: 0 } });
    for (let round = 0; round < 4; round++) {
      endSpans(tracer);
      await processor.forceFlush();
    }
    expect(processor.counts).toEqual({ exported: 20, failed: 0, dropped: {}, queued: 0 });
    expect(requestCount()).toBe(7);
    expect(lines).toEqual([]);
    await processor.shutdown();
  });

  it('that closes all of several idle connections arrive all the same', async () => {
    const idle: Socket[] = [];
    let isClosing = false;
    const held: Socket[] = [];
    const { url } = await raw((socket) => {
      if (isClosing && idle.includes(socket)) return socket.destroy();
      if (isClosing) return socket.write(OK);
      held.push(socket);
      if (held.length === 3) for (const each of held) each.write(OK);
    });
    const exporter = new OtlpSpanExporter({ url, retry: { maxRetries: 0 } });
    const spans = endedSpans(3);
    const exported = (span: ReadableSpan): Promise<ExportResult> =>
      new Promise((resolve) => exporter.export([span], resolve));
    await Promise.all(spans.map(exported));
    idle.push(...held);
    isClosing = true;
    expect(await exported(spans[0] as ReadableSpan)).toEqual({ code: 0 });
    await exporter.shutdown();
  });

  it('that comes back arrive from then on, and both are said once', async () => {
    let isBack = false;
    const { url } = await collector((request, response) => {
      if (isBack) accept(request, response);
      else response.writeHead(500).end();
    });
    const { tracer, processor, lines } = build(url, {}, { maxExportBatchSize: 10 });
    endSpans(tracer, 50);
    await processor.forceFlush();
    isBack = true;
    endSpans(tracer, 50);
    await processor.forceFlush();
    expect(processor.counts).toEqual({ exported: 50, failed: 50, dropped: {}, queued: 0 });
    expect(lines).toEqual([
      expect.stringMatching(/^OtlpSpanExporter could not deliver 10 spans: .*500/),
      'OtlpSpanExporter delivers again; 50 spans were lost.',
    ]);
    await processor.shutdown();
  });

  it('that is too slow for them fill the queue, and what is dropped is counted', async () => {
    const held: (() => void)[] = [];
    const { url } = await collector((request, response) => {
      held.push(() => accept(request, response));
    });
    const { tracer, processor, lines } = build(
      url,
      {},
      { maxQueueSize: 20, maxExportBatchSize: 10 },
    );
    endSpans(tracer, 10);
    await until(
      () => held.length === 1,
      () => processor.counts,
    );
    endSpans(tracer, 50);
    expect(processor.counts).toEqual({
      exported: 0,
      failed: 0,
      dropped: { queue_full: 30 },
      queued: 30,
    });
    while (processor.counts.queued > 0) {
      await until(
        () => held.length > 0 || processor.counts.queued === 0,
        () => processor.counts,
      );
      held.shift()?.();
    }
    expect(total(processor.counts)).toBe(60);
    expect(lines).toEqual([
      expect.stringMatching(/^Spans for OtlpSpanExporter are dropped: the queue is full with 20/),
      'Spans for OtlpSpanExporter are no longer dropped; 30 spans were lost.',
    ]);
    await processor.shutdown();
  });

  it('that does not answer at the end of the application are given up in time', async () => {
    const { url, requestCount } = await collector(() => {});
    const { tracer, processor } = build(
      url,
      {},
      { maxExportBatchSize: 2, shutdownTimeoutMillis: 50 },
    );
    endSpans(tracer);
    await until(
      () => requestCount() === 1,
      () => processor.counts,
    );
    await processor.shutdown();
    expect(processor.counts).toEqual({
      exported: 0,
      failed: 2,
      dropped: { shutdown_timeout: 3 },
      queued: 0,
    });
  });

  it('that answers at the end of the application arrive', async () => {
    const { url } = await collector((request, response) => {
      setImmediate(() => accept(request, response));
    });
    const { tracer, processor } = build(url, {}, { maxExportBatchSize: 2 });
    endSpans(tracer);
    await processor.shutdown();
    expect(processor.counts).toEqual({ exported: 5, failed: 0, dropped: {}, queued: 0 });
  });

  it('go out in several requests when they are many bytes, but for one that is too long', async () => {
    const { url, requestCount } = await collector(accept);
    const { tracer, processor, lines } = build(
      url,
      {},
      { maxQueueBytes: Number.POSITIVE_INFINITY },
    );
    const text = 'x'.repeat(17 * 1024 * 1024);
    for (let i = 0; i < 4; i++) tracer.startSpan('huge', { attributes: { text } }).end();
    await processor.forceFlush();
    expect(processor.counts).toEqual({ exported: 4, failed: 0, dropped: {}, queued: 0 });
    expect(requestCount()).toBe(4);
    tracer.startSpan('too long', { attributes: { text: text.repeat(4) } }).end();
    await processor.forceFlush();
    expect(processor.counts).toEqual({ exported: 4, failed: 1, dropped: {}, queued: 0 });
    expect(lines[0]).toMatch(/The request would be 713\d{5} bytes long, more than 67108864/);
    expect(requestCount()).toBe(4);
    await processor.shutdown();
  });

  it('that come at once go out in several requests when they are too many bytes together', async () => {
    const { url, requestCount } = await collector(accept);
    const exporter = new OtlpSpanExporter({ url });
    const text = 'x'.repeat(17 * 1024 * 1024);
    const huge = endedSpan('huge', (span) => span.setAttribute('text', text));
    const result = await new Promise((resolve) =>
      exporter.export([huge, huge, huge, huge], resolve),
    );
    expect(result).toEqual({ code: 0 });
    expect(requestCount()).toBe(4);
    await exporter.shutdown();
  });
});
