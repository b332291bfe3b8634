import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { DELIVERED_SPANS } from '../../../lib/delivery/delivered-signal.js';
import {
  ExportPipeline,
  type PipelineOptions,
  pipelineStateOf,
} from '../../../lib/delivery/export-pipeline.js';
import {
  BatchSpanProcessor,
  SimpleSpanProcessor,
  TailSamplingProcessor,
} from '../../../lib/delivery/index.js';
import { TracingConfigError } from '../../../lib/errors.js';
import type { SpanBatch, SpanExporter } from '../../../lib/export/index.js';
import type { PipelineCounts, ReadableSpan } from '../../../lib/trace/index.js';
import {
  type ExportCallback,
  failure,
  HeldExporter,
  ReadDiagnostics,
  ScriptedExporter,
  SUCCESS,
} from '../../support/exporter-doubles.js';
import { endedSpans, KeepingProcessor } from '../../support/span-source.js';
import { until } from '../../support/until.js';

interface Created {
  readonly pipeline: ExportPipeline<ReadableSpan>;
  readonly lines: string[];
}

function create(
  exporter: SpanExporter,
  options: Partial<PipelineOptions<ReadableSpan>> = {},
): Created {
  const diagnostics = new ReadDiagnostics();
  const pipeline = new ExportPipeline(exporter, {
    owner: 'Test',
    signal: DELIVERED_SPANS,
    maxQueueSize: 100,
    maxQueueBytes: Number.POSITIVE_INFINITY,
    maxBatchSize: 10,
    exportTimeoutMillis: 30_000,
    shutdownTimeoutMillis: 10_000,
    exporterStaysOpen: false,
    deliversFullBatches: true,
    maxConcurrentExports: 1,
    diagnostics,
    ...options,
  });
  return { pipeline, lines: diagnostics.lines };
}

function fill(pipeline: ExportPipeline<ReadableSpan>, count: number): void {
  for (const span of endedSpans(count)) pipeline.add(span);
}

function total({ exported, failed, dropped, queued }: PipelineCounts): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, exported + failed + queued);
}

describe('ExportPipeline', () => {
  it('delivers nothing by itself where it is to wait', async () => {
    const exporter = new ScriptedExporter();
    const { pipeline } = create(exporter, { deliversFullBatches: false });
    fill(pipeline, 50);
    await setImmediate();
    expect(exporter.batches).toEqual([]);
    expect(pipeline.waitingCount).toBe(50);
  });

  it('delivers full batches by itself, and the rest when it is asked to', async () => {
    const exporter = new ScriptedExporter();
    const { pipeline } = create(exporter);
    fill(pipeline, 25);
    expect(exporter.batches).toHaveLength(0);
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    expect(exporter.batches.map(({ length }) => length)).toEqual([10, 10]);
    pipeline.deliver();
    expect(exporter.batches.map(({ length }) => length)).toEqual([10, 10, 5]);
    expect(pipeline.counts).toEqual({ exported: 25, failed: 0, dropped: {}, queued: 0 });
  });

  it('delivers within the call where it need not yield, however many wait', () => {
    const callbacks: ExportCallback[] = [];
    const exporter = new ScriptedExporter((callback, _spans, index) => {
      if (index === 0) callbacks.push(callback);
      else callback(SUCCESS);
    });
    const { pipeline } = create(exporter, {
      maxBatchSize: 1,
      maxQueueSize: 50_000,
      deliversFullBatches: false,
    });
    fill(pipeline, 1);
    pipeline.deliver();
    fill(pipeline, 50_000);
    pipeline.deliver();
    expect(exporter.batches).toHaveLength(1);
    // Fifty thousand exports that call back at once must not be fifty thousand calls deep.
    callbacks[0]?.(SUCCESS);
    expect(pipeline.counts).toEqual({ exported: 50_001, failed: 0, dropped: {}, queued: 0 });
  });

  it('accounts for every span, whatever the exporter does', async () => {
    const scripts: ((callback: ExportCallback) => unknown)[] = [
      (callback) => callback(SUCCESS),
      (callback) => callback(failure('refused')),
      (callback) => callback({ code: 0, rejectedCount: 3 } as never),
      () => {
        throw new Error('thrown');
      },
      () => Promise.reject(new Error('rejected')),
      () => {},
      (callback) => {
        callback(SUCCESS);
        callback(SUCCESS);
      },
      (callback) => void queueMicrotask(() => callback(SUCCESS)),
    ];
    const exporter = new ScriptedExporter((callback, _spans, index) =>
      scripts[index % scripts.length]?.(callback),
    );
    const { pipeline } = create(exporter, { exportTimeoutMillis: 20, maxBatchSize: 5 });
    fill(pipeline, 120);
    expect(total(pipeline.counts)).toBe(120);
    let mostOff = 0;
    await until(
      () => {
        mostOff = Math.max(mostOff, Math.abs(total(pipeline.counts) - 120));
        return pipeline.counts.queued === 0;
      },
      () => pipeline.counts,
    );
    expect(mostOff).toBe(0);
    expect(pipeline.counts).toEqual({
      exported: 34 + 7,
      failed: 46 + 13,
      dropped: { queue_full: 20 },
      queued: 0,
    });
  });

  it('accounts for every span, whatever the batches of the exporter do', async () => {
    const boom = (): never => {
      throw new Error('boom');
    };
    const succeed = (callback: ExportCallback): void => callback(SUCCESS);
    // Each row opens a batch of five spans, of which so many are exported.
    const rows: [open: () => unknown, exportedCount: number][] = [
      [() => ({ add: () => 10, export: succeed }), 5],
      [() => ({ add: () => 10, export: boom }), 0],
      [() => ({ add: () => 10, export: () => Promise.reject(new Error('rejected')) }), 0],
      [() => ({ add: () => 10, export: () => {} }), 0],
      [() => ({ add: boom, export: succeed }), 0],
      [
        () => ({
          add: (span: { name: string }) => (/[05]$/.test(span.name) ? boom() : 1),
          export: succeed,
        }),
        4,
      ],
      [() => ({ add: () => Number.NaN, seal: boom, export: succeed }), 5],
      [boom, 5],
      [() => ({ add: () => 10 }), 5],
    ];
    let openedCount = 0;
    const exporter = new ScriptedExporter();
    (exporter as SpanExporter).openBatch = () => rows[openedCount++]?.[0]() as SpanBatch;
    const { pipeline } = create(exporter, {
      exportTimeoutMillis: 20,
      maxBatchSize: 5,
      maxQueueBytes: 1_000_000,
    });
    const spanCount = rows.length * 5;
    fill(pipeline, spanCount);
    expect(total(pipeline.counts)).toBe(spanCount);
    pipeline.deliver();
    let mostOff = 0;
    await until(
      () => {
        mostOff = Math.max(mostOff, Math.abs(total(pipeline.counts) - spanCount));
        return pipeline.counts.queued === 0;
      },
      () => pipeline.counts,
    );
    expect(mostOff).toBe(0);
    const exported = rows.reduce((sum, [, count]) => sum + count, 0);
    expect(pipeline.counts).toMatchObject({ exported, failed: spanCount - exported, dropped: {} });
  });

  it('drops encoded batches that are not exported in time, and counts their spans', async () => {
    const exporter = new ScriptedExporter();
    (exporter as SpanExporter).openBatch = () => ({ add: () => 10, export: () => {} });
    const { pipeline } = create(exporter, { shutdownTimeoutMillis: 20 });
    fill(pipeline, 25);
    await pipeline.shutdown();
    const dropped = { shutdown_timeout: 15 };
    expect(pipeline.counts).toEqual({ exported: 0, failed: 10, dropped, queued: 0 });
  });

  it('flushes what had ended before the call, not what ends later', async () => {
    const exporter = new HeldExporter();
    const { pipeline } = create(exporter);
    fill(pipeline, 5);
    const flushed = pipeline.flush();
    fill(pipeline, 5);
    exporter.release();
    await flushed;
    expect(pipeline.counts).toEqual({ exported: 5, failed: 0, dropped: {}, queued: 5 });
  });

  it('flushes when nothing waits', async () => {
    const exporter = new ScriptedExporter();
    await create(exporter).pipeline.flush();
    expect(exporter.flushCount).toBe(1);
  });

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
      ': Error: boom',
    ],
    ['rejects', () => Promise.reject(new Error('boom')), ': Error: boom'],
    ['never ends', () => new Promise(() => {}), ' in time: ScriptedExporter'],
  ])('survives an exporter whose flush and shutdown %s', async (_, misbehave, words) => {
    const exporter = new ScriptedExporter();
    exporter.forceFlush = misbehave as () => Promise<void>;
    exporter.shutdown = misbehave as () => Promise<void>;
    const { pipeline, lines } = create(exporter, {
      exportTimeoutMillis: 20,
      shutdownTimeoutMillis: 20,
    });
    await pipeline.flush();
    await pipeline.shutdown();
    expect(lines).toEqual([
      `A span exporter could not be flushed${words}`,
      `A span exporter could not be shut down${words}`,
    ]);
  });

  it('does without a flush that an exporter has not', async () => {
    const exporter = new ScriptedExporter();
    (exporter as { forceFlush: unknown }).forceFlush = undefined;
    const { pipeline, lines } = create(exporter);
    fill(pipeline, 3);
    await pipeline.flush();
    expect(pipeline.counts.exported).toBe(3);
    expect(lines).toEqual([]);
  });

  it('says once that deliveries fail, and once that they work again', async () => {
    let isBroken = true;
    const exporter = new ScriptedExporter((callback) =>
      callback(isBroken ? failure('refused') : SUCCESS),
    );
    const { pipeline, lines } = create(exporter);
    fill(pipeline, 40);
    await pipeline.flush();
    isBroken = false;
    fill(pipeline, 20);
    await pipeline.flush();
    await pipeline.shutdown();
    expect(lines).toEqual([
      'ScriptedExporter could not deliver 10 spans: refused. Further failures are counted and summarised on recovery.',
      'ScriptedExporter delivers again; 40 spans were lost.',
    ]);
  });

  it('says at its shutdown what was lost without an end', async () => {
    const exporter = new ScriptedExporter((callback) => callback(failure('refused')));
    const { pipeline, lines } = create(exporter);
    fill(pipeline, 15);
    await pipeline.shutdown();
    expect(lines.slice(1)).toEqual([
      'Delivery by ScriptedExporter has ended; 15 spans were lost. The last failure: refused.',
    ]);
  });

  it('ends every flush that waits when it is shut down and cannot deliver', async () => {
    const { pipeline } = create(new HeldExporter(), { shutdownTimeoutMillis: 20 });
    fill(pipeline, 25);
    const flushed = pipeline.flush();
    await pipeline.shutdown();
    await flushed;
    expect(pipeline.counts).toEqual({
      exported: 0,
      failed: 10,
      dropped: { shutdown_timeout: 15 },
      queued: 0,
    });
  });

  it.each([undefined, null, {}, { export: () => {} }, class {}])('refuses %p', (exporter) => {
    expect(() => create(exporter as never)).toThrow(TracingConfigError);
  });

  it('takes an exporter without a class', async () => {
    const exporter = Object.assign(Object.create(null) as SpanExporter, {
      export: (_spans: unknown, callback: ExportCallback) => callback(failure('no')),
      shutdown: () => Promise.resolve(),
    });
    const { pipeline, lines } = create(exporter);
    fill(pipeline, 1);
    await pipeline.flush();
    expect(lines[0]).toMatch(/^The span exporter could not deliver 1 span: no/);
  });
});

describe('pipelineStateOf', () => {
  it('tells what waits and what is under way', async () => {
    const exporter = new HeldExporter();
    const options = { maxQueueSize: 8, maxExportBatchSize: 2 };
    const processor = new BatchSpanProcessor(exporter, options);
    for (const span of endedSpans(3)) processor.onEnd(span);
    await until(
      () => exporter.underWay === 1,
      () => exporter.names,
    );
    expect(pipelineStateOf(processor)).toEqual({
      kind: 'batching_span_processor',
      queueSize: 1,
      queueCapacity: 8,
      inFlight: 2,
      health: expect.objectContaining({ exporter: 'HeldExporter', isFailing: false }),
    });
    expect(pipelineStateOf(new TailSamplingProcessor(processor))).toEqual(processor.state);
    exporter.release();
    const closed = processor.shutdown();
    await until(
      () => exporter.underWay === 1,
      () => exporter.names,
    );
    exporter.release();
    await closed;
    expect(pipelineStateOf(processor)).toMatchObject({ queueSize: 0, inFlight: 0 });
  });

  it('knows the state of a simple processor, and none of a processor without one', () => {
    const simple = new SimpleSpanProcessor(new HeldExporter());
    expect(pipelineStateOf(simple)?.kind).toBe('simple_span_processor');
    expect(pipelineStateOf(new KeepingProcessor())).toBeUndefined();
  });
});
