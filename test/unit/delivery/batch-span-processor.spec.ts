import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { contextStorage } from '../../../lib/context/index.js';
import { BatchSpanProcessor, type BatchSpanProcessorOptions } from '../../../lib/delivery/index.js';
import { TracingConfigError } from '../../../lib/errors.js';
import { OtlpSpanExporter } from '../../../lib/export/index.js';
import { SamplingDecision } from '../../../lib/sampling/sampler.js';
import type { PipelineCounts } from '../../../lib/trace/index.js';
import {
  failure,
  HeldExporter,
  ReadDiagnostics,
  ScriptedExporter,
  SUCCESS,
} from '../../support/exporter-doubles.js';
import { endedSpan, endedSpans } from '../../support/span-source.js';

function sum({ exported, failed, dropped, queued }: PipelineCounts): number {
  return Object.values(dropped).reduce((total, count) => total + count, exported + failed + queued);
}

/** Runs all that is due at once, and what that makes due. */
function turnEventLoop(): void {
  // The fake immediates each take a millisecond.
  jest.advanceTimersByTime(10);
}

describe('BatchSpanProcessor', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'performance'] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('exports what waits when the delay has passed, and not before', () => {
    const exporter = new ScriptedExporter();
    const processor = new BatchSpanProcessor(exporter, { scheduledDelayMillis: 5000 });
    const [first, second] = endedSpans(2);
    processor.onEnd(first!);
    jest.advanceTimersByTime(4000);
    processor.onEnd(second!);
    jest.advanceTimersByTime(999);
    expect(exporter.names).toEqual([]);
    expect(processor.counts).toEqual({ exported: 0, failed: 0, dropped: {}, queued: 2 });
    jest.advanceTimersByTime(1);
    expect(exporter.names).toEqual([['work 0', 'work 1']]);
    expect(processor.counts).toEqual({ exported: 2, failed: 0, dropped: {}, queued: 0 });
  });

  it('counts the delay anew for spans that end after an export', () => {
    const exporter = new ScriptedExporter();
    const processor = new BatchSpanProcessor(exporter, { scheduledDelayMillis: 100 });
    const [first, second] = endedSpans(2);
    processor.onEnd(first!);
    jest.advanceTimersByTime(100);
    processor.onEnd(second!);
    jest.advanceTimersByTime(99);
    expect(exporter.names).toEqual([['work 0']]);
    jest.advanceTimersByTime(1);
    expect(exporter.names).toEqual([['work 0'], ['work 1']]);
  });

  it('exports a full batch without waiting, but not inside the call that ended the span', () => {
    const exporter = new ScriptedExporter();
    const processor = new BatchSpanProcessor(exporter, { maxExportBatchSize: 3 });
    for (const span of endedSpans(4)) processor.onEnd(span);
    expect(exporter.names).toEqual([]);
    turnEventLoop();
    expect(exporter.names).toEqual([['work 0', 'work 1', 'work 2']]);
    expect(processor.counts.queued).toBe(1);
  });

  it('exports each span by itself if batches are of one', () => {
    const exporter = new ScriptedExporter();
    const processor = new BatchSpanProcessor(exporter, { maxExportBatchSize: 1 });
    for (const span of endedSpans(2)) processor.onEnd(span);
    turnEventLoop();
    expect(exporter.names).toEqual([['work 0'], ['work 1']]);
  });

  it('has one export under way at a time', () => {
    const exporter = new HeldExporter();
    const processor = new BatchSpanProcessor(exporter, { maxExportBatchSize: 2 });
    for (const span of endedSpans(5)) processor.onEnd(span);
    jest.advanceTimersByTime(20_000);
    expect(exporter.names).toEqual([['work 0', 'work 1']]);
    expect(processor.counts).toEqual({ exported: 0, failed: 0, dropped: {}, queued: 5 });
    exporter.release();
    turnEventLoop();
    expect(exporter.names).toEqual([
      ['work 0', 'work 1'],
      ['work 2', 'work 3'],
    ]);
    exporter.release();
    jest.advanceTimersByTime(5000);
    expect(exporter.names.at(-1)).toEqual(['work 4']);
    exporter.release();
    expect(exporter.mostUnderWay).toBe(1);
    expect(processor.counts).toEqual({ exported: 5, failed: 0, dropped: {}, queued: 0 });
  });

  it('has as many exports under way as the exporter declares, one more for each that delivers', () => {
    const exporter = new HeldExporter();
    exporter.maxConcurrentExports = 3;
    const processor = new BatchSpanProcessor(exporter, { maxExportBatchSize: 2 });
    for (const span of endedSpans(20)) processor.onEnd(span);
    const underWay: number[] = [];
    for (let round = 0; round < 4; round++) {
      turnEventLoop();
      underWay.push(exporter.underWay);
      exporter.release();
    }
    expect(underWay).toEqual([1, 2, 3, 3]);
    expect(processor.counts).toMatchObject({ exported: 8, queued: 12 });
    expect(processor.state).toMatchObject({ inFlight: 4, queueSize: 8 });
  });

  it.each<[string, number | undefined, number | undefined, number]>([
    ['none', undefined, 8, 1],
    ['fewer than the option', 2, 8, 2],
    ['more than the option', 8, 2, 2],
    ['more than the default', 20, undefined, 8],
  ])('has at most as many under way as option and exporter allow: %s', (...values) => {
    const [, declared, maxConcurrentExports, expected] = values;
    const exporter = new ScriptedExporter((callback) => setTimeout(callback, 1000, SUCCESS));
    if (declared !== undefined) exporter.maxConcurrentExports = declared;
    const processor = new BatchSpanProcessor(exporter, {
      maxExportBatchSize: 1,
      ...(maxConcurrentExports !== undefined && { maxConcurrentExports }),
    });
    for (const span of endedSpans(50)) processor.onEnd(span);
    jest.advanceTimersByTime(60_000);
    expect(exporter.mostUnderWay).toBe(expected);
    expect(processor.counts).toEqual({ exported: 50, failed: 0, dropped: {}, queued: 0 });
  });

  it('begins exports in order, only of full batches until the delay has passed', () => {
    const exporter = new HeldExporter();
    exporter.maxConcurrentExports = 4;
    const processor = new BatchSpanProcessor(exporter, { maxExportBatchSize: 2 });
    for (const span of endedSpans(7)) processor.onEnd(span);
    turnEventLoop();
    exporter.release();
    turnEventLoop();
    expect(exporter.names.slice(1)).toEqual([
      ['work 2', 'work 3'],
      ['work 4', 'work 5'],
    ]);
    exporter.release();
    turnEventLoop();
    expect(exporter.batches).toHaveLength(3);
    jest.advanceTimersByTime(5000);
    expect(exporter.names.at(-1)).toEqual(['work 6']);
  });

  it('asks a destination that fails with one export at a time', () => {
    const exporter = new HeldExporter();
    exporter.maxConcurrentExports = 4;
    const diagnostics = new ReadDiagnostics();
    const processor = new BatchSpanProcessor(exporter, { maxExportBatchSize: 1, diagnostics });
    for (const span of endedSpans(30)) processor.onEnd(span);
    for (let round = 0; round < 4; round++) {
      turnEventLoop();
      exporter.release();
    }
    turnEventLoop();
    expect(exporter.underWay).toBe(4);
    for (let round = 0; round < 4; round++) exporter.release(failure('down'));
    const underWay: number[] = [];
    for (let round = 0; round < 6; round++) {
      turnEventLoop();
      underWay.push(exporter.underWay);
      exporter.release(round < 3 ? failure('down') : SUCCESS);
    }
    expect(underWay).toEqual([1, 1, 1, 1, 2, 3]);
    expect(diagnostics.lines).toEqual([
      'HeldExporter could not deliver 1 span: down. Further failures are counted and summarised on recovery.',
      'HeldExporter delivers again; 7 spans were lost.',
    ]);
  });

  it('counts the bytes of exports under way as those of the queue', () => {
    const exporter = new HeldExporter();
    const processor = new BatchSpanProcessor(exporter, {
      maxQueueBytes: 1000,
      maxExportBatchSize: 2,
      diagnostics: new ReadDiagnostics(),
    });
    for (const span of endedSpans(2)) processor.onEnd(span);
    turnEventLoop();
    processor.onEnd(endedSpan());
    expect(processor.counts).toMatchObject({ dropped: { queue_bytes_full: 1 }, queued: 2 });
    exporter.release();
    processor.onEnd(endedSpan());
    expect(processor.counts).toMatchObject({ dropped: { queue_bytes_full: 1 }, queued: 1 });
  });

  it('lets the event loop turn between two batches', () => {
    const seen: string[] = [];
    const exporter = new ScriptedExporter((callback) => {
      seen.push('batch');
      globalThis.setImmediate(() => seen.push('turn'));
      callback({ code: 0 });
    });
    const processor = new BatchSpanProcessor(exporter, { maxExportBatchSize: 1 });
    for (const span of endedSpans(3)) processor.onEnd(span);
    turnEventLoop();
    expect(seen).toEqual(['batch', 'turn', 'batch', 'turn', 'batch', 'turn']);
  });

  it('drops the newest span when the queue is full, and says so once', () => {
    const diagnostics = new ReadDiagnostics();
    const exporter = new HeldExporter();
    const processor = new BatchSpanProcessor(exporter, { maxQueueSize: 2, diagnostics });
    for (const span of endedSpans(5)) processor.onEnd(span);
    expect(processor.counts).toEqual({
      exported: 0,
      failed: 0,
      dropped: { queue_full: 3 },
      queued: 2,
    });
    expect(diagnostics.lines).toEqual([
      'Spans for HeldExporter are dropped: the queue is full with 2 spans. Further dropped spans are counted and summarised when dropping ends.',
    ]);
    turnEventLoop();
    expect(exporter.names).toEqual([['work 0', 'work 1']]);
  });

  it('drops spans that would hold on to too much memory', () => {
    const processor = new BatchSpanProcessor(new HeldExporter(), {
      maxQueueBytes: 1000,
      diagnostics: new ReadDiagnostics(),
    });
    processor.onEnd(endedSpan('small'));
    processor.onEnd(endedSpan('large', (span) => span.setAttribute('text', 'x'.repeat(1000))));
    processor.onEnd(endedSpan('small again'));
    expect(processor.counts).toMatchObject({ dropped: { queue_bytes_full: 1 }, queued: 2 });
  });

  it('keeps spans until their export, unless the exporter encodes them as they end', () => {
    const plain = new BatchSpanProcessor(new ScriptedExporter());
    const encoding = new BatchSpanProcessor(new OtlpSpanExporter({ url: 'http://127.0.0.1:1/' }));
    const [span] = endedSpans(1);
    plain.onEnd(span!);
    encoding.onEnd(span!);
    expect([plain.keepsSpans, encoding.keepsSpans]).toEqual([true, false]);
  });

  it('leaves out spans that are recorded but not sampled', () => {
    const processor = new BatchSpanProcessor(new ScriptedExporter());
    processor.onEnd(endedSpan('quiet', undefined, undefined, SamplingDecision.RECORD));
    expect(processor.counts).toEqual({
      exported: 0,
      failed: 0,
      dropped: { not_sampled: 1 },
      queued: 0,
    });
  });

  it('exports and sets its timers where nothing is traced and nothing is held on to', () => {
    const contexts: boolean[] = [];
    const exporter = new ScriptedExporter((callback) => {
      contexts.push(contextStorage.active().suppressed);
      callback({ code: 0 });
    });
    const processor = new BatchSpanProcessor(exporter, { maxExportBatchSize: 2 });
    for (const span of endedSpans(3)) processor.onEnd(span);
    jest.advanceTimersByTime(5000);
    expect(contexts).toEqual([true, true]);
    expect(contextStorage.active().suppressed).toBe(false);
  });

  it('flushes all that waits, in batches, and then the exporter', async () => {
    jest.useRealTimers();
    const exporter = new ScriptedExporter();
    const processor = new BatchSpanProcessor(exporter, { maxExportBatchSize: 2 });
    for (const span of endedSpans(5)) processor.onEnd(span);
    await Promise.all([processor.forceFlush(), processor.forceFlush()]);
    expect(exporter.names.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(exporter.flushCount).toBe(2);
    expect(processor.counts).toEqual({ exported: 5, failed: 0, dropped: {}, queued: 0 });
  });

  it('waits in a flush for the export that is under way', async () => {
    jest.useRealTimers();
    const exporter = new HeldExporter();
    const processor = new BatchSpanProcessor(exporter, { maxExportBatchSize: 1 });
    processor.onEnd(endedSpan());
    await setImmediate();
    expect(exporter.underWay).toBe(1);
    let isFlushed = false;
    const flushed = processor.forceFlush().then(() => {
      isFlushed = true;
    });
    await setImmediate();
    expect(isFlushed).toBe(false);
    exporter.release();
    await flushed;
    expect(processor.counts.exported).toBe(1);
  });

  it('waits in a flush for the oldest export, when later ones have ended', async () => {
    jest.useRealTimers();
    const exporter = new HeldExporter();
    exporter.maxConcurrentExports = 3;
    const processor = new BatchSpanProcessor(exporter, { maxExportBatchSize: 1 });
    for (const span of endedSpans(3)) processor.onEnd(span);
    await setImmediate();
    exporter.release();
    for (let turn = 0; turn < 3; turn++) await setImmediate();
    let isFlushed = false;
    const flushed = processor.forceFlush().then(() => {
      isFlushed = true;
    });
    for (const span of endedSpans(3)) processor.onEnd(span);
    // The younger of two exports, and then one of a span that ended after the call.
    for (let round = 0; round < 2; round++) {
      exporter.release(SUCCESS, 1);
      for (let turn = 0; turn < 3; turn++) await setImmediate();
    }
    expect(processor.counts.exported).toBe(3);
    expect(isFlushed).toBe(false);
    exporter.release();
    await flushed;
    expect(isFlushed).toBe(true);
  });

  it('gives up a flush after the export timeout, and exports on', async () => {
    jest.useRealTimers();
    const exporter = new HeldExporter();
    const processor = new BatchSpanProcessor(exporter, {
      exportTimeoutMillis: 20,
      diagnostics: new ReadDiagnostics(),
    });
    for (const span of endedSpans(2)) processor.onEnd(span);
    await processor.forceFlush();
    expect(sum(processor.counts)).toBe(2);
  });

  it('delivers what waits at its shutdown, shuts the exporter down once, and refuses what comes after', async () => {
    jest.useRealTimers();
    const exporter = new ScriptedExporter();
    const processor = new BatchSpanProcessor(exporter);
    for (const span of endedSpans(3)) processor.onEnd(span);
    await Promise.all([processor.shutdown(), processor.shutdown(), processor.forceFlush()]);
    await processor.shutdown();
    processor.onEnd(endedSpan('late'));
    expect(exporter.shutdownCount).toBe(1);
    expect(processor.counts).toEqual({
      exported: 3,
      failed: 0,
      dropped: { after_shutdown: 1 },
      queued: 0,
    });
  });

  it('leaves no timer behind', async () => {
    const processor = new BatchSpanProcessor(new ScriptedExporter());
    processor.onEnd(endedSpan());
    expect(jest.getTimerCount()).toBe(1);
    await processor.shutdown();
    expect(jest.getTimerCount()).toBe(0);
    expect(processor.counts.exported).toBe(1);
  });

  it('drops at its shutdown what could not be delivered in time', async () => {
    jest.useRealTimers();
    const exporter = new HeldExporter();
    const diagnostics = new ReadDiagnostics();
    const processor = new BatchSpanProcessor(exporter, {
      maxExportBatchSize: 2,
      shutdownTimeoutMillis: 20,
      diagnostics,
    });
    for (const span of endedSpans(5)) processor.onEnd(span);
    await processor.shutdown();
    expect(processor.counts).toEqual({
      exported: 0,
      failed: 2,
      dropped: { shutdown_timeout: 3 },
      queued: 0,
    });
    expect(exporter.shutdownCount).toBe(1);
    exporter.release();
    expect(processor.counts.exported).toBe(0);
  });

  it('keeps no process alive by waiting for a batch or for an exporter', async () => {
    jest.useRealTimers();
    const setTimer = jest.spyOn(globalThis, 'setTimeout');
    const processor = new BatchSpanProcessor(new HeldExporter(), { maxExportBatchSize: 2 });
    for (const span of endedSpans(3)) processor.onEnd(span);
    const waiting = new BatchSpanProcessor(new HeldExporter());
    waiting.onEnd(endedSpan());
    await setImmediate();
    const timers = setTimer.mock.results.map(({ value }) => value as NodeJS.Timeout);
    setTimer.mockRestore();
    expect(timers.map((timer) => timer.hasRef())).toEqual([false, false, false]);
    for (const timer of timers) clearTimeout(timer);
  });

  it.each([
    { maxQueueSize: 0 },
    { maxQueueSize: 1.5 },
    { maxQueueSize: Number.NaN },
    { maxQueueSize: 1_000_001 },
    { maxQueueSize: 10, maxExportBatchSize: 11 },
    { maxQueueBytes: 0 },
    { maxQueueBytes: Number.NaN },
    { maxExportBatchSize: 0 },
    { maxConcurrentExports: 0 },
    { maxConcurrentExports: 1001 },
    { scheduledDelayMillis: -1 },
    { scheduledDelayMillis: Number.POSITIVE_INFINITY },
    { exportTimeoutMillis: 0 },
    { shutdownTimeoutMillis: 0 },
    { scheduledDelayMillis: '5' as unknown as number },
  ] satisfies BatchSpanProcessorOptions[])('refuses %j', (options) => {
    expect(() => new BatchSpanProcessor(new ScriptedExporter(), options)).toThrow(
      TracingConfigError,
    );
  });

  it.each([0, 1.5, Number.POSITIVE_INFINITY])('refuses an exporter that declares %p', (count) => {
    const exporter = new ScriptedExporter();
    exporter.maxConcurrentExports = count;
    expect(() => new BatchSpanProcessor(exporter)).toThrow(
      /^BatchSpanProcessor\.exporter\.maxConcurrentExports must be a whole number from 1 to 1000/,
    );
  });

  it('names the option, what came and the default in its refusal', () => {
    expect(() => new BatchSpanProcessor(new ScriptedExporter(), { maxQueueSize: -1 })).toThrow(
      'BatchSpanProcessor.maxQueueSize must be a whole number from 1 to 1000000, but it is -1. Leave it out for the default, 32768.',
    );
  });

  it('makes its batches no larger than a small queue', () => {
    const exporter = new ScriptedExporter();
    const processor = new BatchSpanProcessor(exporter, { maxQueueSize: 2 });
    for (const span of endedSpans(2)) processor.onEnd(span);
    turnEventLoop();
    expect(exporter.names).toEqual([['work 0', 'work 1']]);
  });
});
