import { createServer, type Server } from 'node:http';
import type { LookupFunction } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  BatchSpanProcessor,
  type BatchSpanProcessorOptions,
  SpanProcessors,
} from '../../../lib/delivery/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { OtlpSpanExporter, type OtlpSpanExporterOptions } from '../../../lib/export/index.js';
import { ProtobufEncoding } from '../../../lib/export/otlp/protobuf-encoding.js';
import { PROTOBUF_SPANS } from '../../../lib/export/otlp/protobuf-span.js';
import type { PipelineCounts, Tracer } from '../../../lib/trace/index.js';
import { ReadDiagnostics, ScriptedExporter, SUCCESS } from '../../support/exporter-doubles.js';
import { endedSpan, providerFor } from '../../support/span-source.js';
import { until } from '../../support/until.js';
import { Collector } from './collector.js';
import { FAULTY_DESTINATIONS, noSuchName, OK } from './faulty-destinations.js';
import { findRefusingUrl, type RawAnswer, RawServer } from './raw-server.js';

const stops: (() => unknown)[] = [];

async function raw(answer: RawAnswer): Promise<RawServer> {
  const server = await RawServer.start(answer);
  stops.push(() => server.stop());
  return server;
}

function build(
  exporterOptions: OtlpSpanExporterOptions,
  processorOptions: BatchSpanProcessorOptions = {},
): BatchSpanProcessor {
  const diagnostics = new ReadDiagnostics();
  const exporter = new OtlpSpanExporter({
    diagnostics,
    retry: { maxRetries: 100, initialBackoffMillis: 5, maxBackoffMillis: 5 },
    ...exporterOptions,
  });
  return new BatchSpanProcessor(exporter, { diagnostics, ...processorOptions });
}

function endSpans(tracer: Tracer, count: number): void {
  for (let i = 0; i < count; i++) tracer.startSpan(`work ${i}`).end();
}

function total({ exported, failed, dropped, queued }: PipelineCounts): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, exported + failed + queued);
}

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe('of all spans it is known what became of them', () => {
  it.each(FAULTY_DESTINATIONS)('at a destination that %s', async (_, start) => {
    const destination = await start();
    stops.push(() => destination.stop());
    const processor = build({ timeoutMillis: 100, ...destination.options });
    endSpans(providerFor(processor).tracer, 7);
    await processor.forceFlush();
    expect(processor.counts).toEqual({ exported: 0, failed: 7, dropped: {}, queued: 0 });
    await processor.shutdown();
  });

  it.each(FAULTY_DESTINATIONS)(
    'when it ends in the middle of a destination that %s',
    async (_, start) => {
      const destination = await start();
      stops.push(() => destination.stop());
      const processor = build(destination.options, {
        maxExportBatchSize: 2,
        shutdownTimeoutMillis: 50,
      });
      const { tracer } = providerFor(processor);
      endSpans(tracer, 5);
      const flushed = processor.forceFlush();
      endSpans(tracer, 3);
      const shutDown = [processor.shutdown(), processor.shutdown()];
      endSpans(tracer, 2);
      await Promise.all([flushed, ...shutDown]);
      const { counts } = processor;
      expect({ total: total(counts), ...counts }).toMatchObject({
        total: 10,
        exported: 0,
        queued: 0,
        dropped: { after_shutdown: 2 },
      });
    },
  );

  it.each<[string, ScriptedExporter]>([
    [
      'throws',
      new ScriptedExporter(() => {
        throw new Error('boom');
      }),
    ],
    [
      'rejects',
      new ScriptedExporter((() => Promise.reject(new Error('boom'))) as unknown as () => void),
    ],
    ['never calls back', new ScriptedExporter(() => {})],
  ])('of an exporter that %s, also at its end', async (_, exporter) => {
    const processor = new BatchSpanProcessor(exporter, {
      maxExportBatchSize: 2,
      exportTimeoutMillis: 30,
      shutdownTimeoutMillis: 100,
      diagnostics: new Diagnostics({ warn: () => {} }),
    });
    const { tracer } = providerFor(processor);
    endSpans(tracer, 6);
    await processor.forceFlush();
    endSpans(tracer, 3);
    await processor.shutdown();
    const { counts } = processor;
    expect({ total: total(counts), ...counts }).toMatchObject({ total: 9, exported: 0, queued: 0 });
  });

  it('of an exporter that calls back twice', async () => {
    const exporter = new ScriptedExporter((callback) => {
      callback(SUCCESS);
      callback({ code: 1 });
      setImmediate(() => callback(SUCCESS));
    });
    const diagnostics = new ReadDiagnostics();
    const processor = new BatchSpanProcessor(exporter, { maxExportBatchSize: 2, diagnostics });
    endSpans(providerFor(processor).tracer, 6);
    await processor.shutdown();
    expect(processor.counts).toEqual({ exported: 6, failed: 0, dropped: {}, queued: 0 });
    await until(
      () => diagnostics.counts()['A span exporter called back more than once for one export'] === 6,
      () => diagnostics.counts(),
    );
  });
});

describe('a destination that comes back', () => {
  it('gets what it refused before, once', async () => {
    const { port } = new URL(await findRefusingUrl());
    let tryCount = 0;
    const lookup: LookupFunction = (_name, _options, callback) => {
      tryCount++;
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const processor = build({ url: `http://collector.test:${port}`, agentOptions: { lookup } });
    endSpans(providerFor(processor).tracer, 5);
    const flushed = processor.forceFlush();
    await until(
      () => tryCount >= 3,
      () => ({ tryCount }),
    );
    let requestCount = 0;
    await listen(
      createServer((_request, response) => {
        requestCount++;
        response.end();
      }),
      Number(port),
    );
    await flushed;
    expect(processor.counts).toEqual({ exported: 5, failed: 0, dropped: {}, queued: 0 });
    expect(requestCount).toBe(1);
    await processor.shutdown();
  });

  it('is found when its name is known again', async () => {
    const collector = await Collector.start();
    stops.push(() => collector.stop());
    let tryCount = 0;
    const lookup: LookupFunction = (name, options, callback) => {
      if (++tryCount < 3) noSuchName(name, options, callback);
      else callback(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const url = collector.url.replace('127.0.0.1', 'collector.test');
    const processor = build({ url, agentOptions: { lookup } });
    endSpans(providerFor(processor).tracer, 5);
    await processor.forceFlush();
    expect(processor.counts).toEqual({ exported: 5, failed: 0, dropped: {}, queued: 0 });
    await processor.shutdown();
  });

  it.each<[string, RawAnswer]>([
    ['closes its side after each answer', (socket) => socket.write(OK, () => socket.end())],
    [
      'resets a connection that is used again',
      (socket) => {
        if (socket.bytesWritten > 0) socket.resetAndDestroy();
        else socket.write(OK);
      },
    ],
    [
      'closes a connection that is used again',
      (socket) => {
        if (socket.bytesWritten > 0) socket.end();
        else socket.write(OK);
      },
    ],
  ])('loses nothing, when it %s', async (_, answer) => {
    const server = await raw(answer);
    const processor = build({ url: server.url, retry: { maxRetries: 0 } });
    const { tracer } = providerFor(processor);
    for (let round = 1; round <= 5; round++) {
      endSpans(tracer, 2);
      await processor.forceFlush();
      expect(processor.counts).toEqual({ exported: 2 * round, failed: 0, dropped: {}, queued: 0 });
    }
    await processor.shutdown();
  });
});

describe('a destination that hangs', () => {
  it('does not hold up another', async () => {
    const hanging = await raw(() => {});
    const collector = await Collector.start();
    stops.push(() => collector.stop());
    const stuck = build({ url: hanging.url }, { maxQueueSize: 100, shutdownTimeoutMillis: 50 });
    const well = build({ url: collector.url }, { maxExportBatchSize: 100 });
    const { tracer } = providerFor(new SpanProcessors([stuck, well], new Diagnostics()));
    for (let round = 0; round < 10; round++) {
      endSpans(tracer, 100);
      await well.forceFlush();
    }
    expect(well.counts).toEqual({ exported: 1000, failed: 0, dropped: {}, queued: 0 });
    expect(collector.spanNames).toHaveLength(1000);
    expect(stuck.counts).toMatchObject({ exported: 0, failed: 0 });
    expect(total(stuck.counts)).toBe(1000);
    await Promise.all([stuck.shutdown(), well.shutdown()]);
    expect(stuck.counts).toMatchObject({ exported: 0, queued: 0 });
    expect(total(stuck.counts)).toBe(1000);
  });

  it('makes a flood cost no more memory than it was given', async () => {
    const attributes = { text: 'x'.repeat(2000) };
    const span = endedSpan('work', () => {}, { attributes });
    const added = new ProtobufEncoding(PROTOBUF_SPANS).openBody(1024 * 1024).add(span);
    const spanBytes = Number(added);
    const maxQueueBytes = 1024 * 1024;
    const maxExportBatchSize = 64;
    const server = await raw(() => {});
    const processor = build(
      { url: server.url, timeoutMillis: 100 },
      { maxQueueSize: 100_000, maxQueueBytes, maxExportBatchSize, shutdownTimeoutMillis: 50 },
    );
    const { tracer } = providerFor(processor);
    let endedCount = 0;
    let mostQueued = 0;
    // 10,000 spans in a second, as an application under load makes them: a few in every turn.
    for (let tick = 0; tick < 200; tick++) {
      for (let i = 0; i < 100; i++) tracer.startSpan('work', { attributes }).end();
      endedCount += 100;
      mostQueued = Math.max(mostQueued, processor.counts.queued);
      expect(total(processor.counts)).toBe(endedCount);
      await setTimeout(10);
    }
    // The one under way, and the span that filled the queue.
    const batchBytes = (maxExportBatchSize + 1) * spanBytes;
    expect(mostQueued * spanBytes).toBeLessThanOrEqual(maxQueueBytes + batchBytes);
    // It was full indeed, and failed batches made room for others.
    expect(mostQueued * spanBytes).toBeGreaterThan(maxQueueBytes - batchBytes);
    expect(processor.counts.failed).toBeGreaterThan(0);
    expect(processor.counts.dropped.queue_bytes_full).toBeGreaterThan(10_000);
    await processor.shutdown();
    expect(processor.counts).toMatchObject({ exported: 0, queued: 0 });
    expect(total(processor.counts)).toBe(20_000);
  });
});

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
}
