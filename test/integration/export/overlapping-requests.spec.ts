import type { ServerResponse } from 'node:http';
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
import { endedSpans } from '../../support/span-source.js';
import { until } from '../../support/until.js';
import { TraceService } from '../../unit/export/otlp-grpc/trace-service.js';
import { Collector } from './collector.js';

const BATCH_SIZE = 10;
const BATCH_COUNT = 30;
const MAX_COUNT = 4;

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A receiver that answers no request before as many are under way as can be, or none follows. */
class HoldingReceiver {
  mostUnderWay = 0;
  requestCount = 0;
  #held: (() => void)[] = [];
  #isOpen = false;

  hold(answer: () => void): void {
    this.requestCount++;
    if (this.#isOpen) answer();
    else this.#held.push(answer);
    this.mostUnderWay = Math.max(this.mostUnderWay, this.#held.length);
  }

  /** Answers the request that came last, so that answers come out of order. */
  answerLatest(): void {
    this.#held.pop()?.();
  }

  open(): void {
    this.#isOpen = true;
    for (const answer of this.#held.splice(0)) answer();
  }

  get heldCount(): number {
    return this.#held.length;
  }
}

async function byHttp(
  receiver: HoldingReceiver,
  status: number,
  create: (url: string) => SpanExporter,
): Promise<{ exporter: SpanExporter; connectionCount: () => number }> {
  const answer = (_request: unknown, response: ServerResponse) =>
    receiver.hold(() => response.writeHead(status).end());
  const server = await Collector.start(answer);
  stops.push(() => server.stop());
  const connectionCount = () => new Set(server.requests.map(({ socket }) => socket)).size;
  return { exporter: create(server.url), connectionCount };
}

async function byGrpc(
  receiver: HoldingReceiver,
): Promise<{ exporter: SpanExporter; connectionCount: undefined }> {
  const service = await TraceService.start((reply) =>
    receiver.hold(() => reply(null, Buffer.alloc(0))),
  );
  stops.push(() => service.stop());
  return {
    exporter: new OtlpGrpcSpanExporter({ grpc, url: service.url }),
    connectionCount: undefined,
  };
}

describe('requests of one processor', () => {
  it.each<
    [
      string,
      (
        receiver: HoldingReceiver,
      ) => Promise<{ exporter: SpanExporter; connectionCount: (() => number) | undefined }>,
    ]
  >([
    ['OTLP', (receiver) => byHttp(receiver, 200, (url) => new OtlpSpanExporter({ url }))],
    [
      'OTLP in JSON, compressed',
      (receiver) =>
        byHttp(
          receiver,
          200,
          (url) => new OtlpSpanExporter({ url, protocol: 'http/json', compression: 'gzip' }),
        ),
    ],
    ['OTLP by gRPC', byGrpc],
    ['Zipkin', (receiver) => byHttp(receiver, 202, (url) => new ZipkinSpanExporter({ url }))],
    [
      'Thrift for Jaeger',
      (receiver) =>
        byHttp(
          receiver,
          202,
          (url) => new JaegerSpanExporter({ url: url.replace('/v1/traces', '/api/traces') }),
        ),
    ],
  ])('overlap, as far as its option allows, over kept connections: %s', async (_, start) => {
    const receiver = new HoldingReceiver();
    const { exporter, connectionCount } = await start(receiver);
    const diagnostics = new ReadDiagnostics();
    const processor = new BatchSpanProcessor(exporter, {
      maxExportBatchSize: BATCH_SIZE,
      maxConcurrentExports: MAX_COUNT,
      diagnostics,
    });
    for (const span of endedSpans(BATCH_SIZE * BATCH_COUNT)) processor.onEnd(span);
    const state = () => ({ ...processor.counts, held: receiver.heldCount });
    for (let expected = 1; expected <= MAX_COUNT; expected++) {
      await until(() => receiver.heldCount === expected, state);
      if (expected < MAX_COUNT) receiver.answerLatest();
    }
    receiver.open();
    await processor.forceFlush();
    expect(processor.counts).toEqual({
      exported: BATCH_SIZE * BATCH_COUNT,
      failed: 0,
      dropped: {},
      queued: 0,
    });
    expect(receiver.requestCount).toBe(BATCH_COUNT);
    expect(receiver.mostUnderWay).toBe(MAX_COUNT);
    if (connectionCount !== undefined) expect(connectionCount()).toBeLessThanOrEqual(MAX_COUNT);
    expect(diagnostics.lines).toEqual([]);
    await processor.shutdown();
  });

  it('do not overlap while the receiver asks to wait, and none is lost', async () => {
    let isBusy = true;
    let underWay = 0;
    let mostUnderWay = 0;
    const server = await Collector.start((_request, response, index) => {
      mostUnderWay = Math.max(mostUnderWay, ++underWay);
      response.on('finish', () => underWay--);
      if (isBusy && index >= 3) response.writeHead(503, { 'retry-after': '0' }).end();
      else setImmediate(() => response.writeHead(200).end());
      if (index > 6) isBusy = false;
    });
    stops.push(() => server.stop());
    const exporter = new OtlpSpanExporter({ url: server.url, retry: { maxRetries: 20 } });
    const diagnostics = new ReadDiagnostics();
    const processor = new BatchSpanProcessor(exporter, {
      maxExportBatchSize: BATCH_SIZE,
      diagnostics,
    });
    for (const span of endedSpans(BATCH_SIZE * BATCH_COUNT)) processor.onEnd(span);
    await processor.forceFlush();
    expect(processor.counts).toMatchObject({ exported: BATCH_SIZE * BATCH_COUNT, failed: 0 });
    expect(mostUnderWay).toBeLessThanOrEqual(8);
    await processor.shutdown();
  });
});
