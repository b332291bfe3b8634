import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BatchSpanProcessor, type BatchSpanProcessorOptions } from '../../../lib/delivery/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import type { ExportControl, SpanBatch, SpanExporter } from '../../../lib/export/index.js';
import type { PipelineCounts, ReadableSpan } from '../../../lib/trace/index.js';
import { type ExportCallback, failure, SUCCESS } from '../../support/exporter-doubles.js';
import { pick, randomOfSeed } from '../../support/random-of-seed.js';
import { silentLogger } from '../../support/silent-logger.js';
import { endedSpan } from '../../support/span-source.js';

/** What becomes of one export: after so many milliseconds, or never. */
interface Fate {
  readonly millis: number;
  readonly outcome: 'success' | 'failure' | 'partial' | 'retry' | 'twice' | 'throw' | 'none';
}

/** A receiver with the fates that a test gives it, which watches what it is given. */
class Receiver implements SpanExporter {
  readonly delivered: string[] = [];
  readonly begun: string[] = [];
  underWay = 0;
  mostUnderWay = 0;
  mostBytes = 0;
  /** Exports that began beside one that was tried again. */
  besideRetries = 0;
  #bytes = 0;
  #retrying = 0;

  constructor(
    readonly maxConcurrentExports: number,
    private readonly fate: () => Fate,
    private readonly encodes: boolean,
  ) {}

  export(spans: ReadableSpan[], callback: ExportCallback, control: ExportControl): void {
    this.#begin(
      spans.map(({ name }) => name),
      callback,
      control,
    );
  }

  openBatch(): SpanBatch | undefined {
    if (!this.encodes) return undefined;
    const names: string[] = [];
    return {
      add: ({ name }) => {
        names.push(name);
        this.#bytes += BYTES_PER_SPAN;
        this.mostBytes = Math.max(this.mostBytes, this.#bytes);
        return BYTES_PER_SPAN;
      },
      export: (callback, control) => this.#begin(names, callback, control as ExportControl),
    };
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  #begin(names: string[], callback: ExportCallback, control: ExportControl): void {
    const { millis, outcome } = this.fate();
    this.begun.push(...names);
    if (this.#retrying > 0) this.besideRetries++;
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    if (outcome === 'retry') {
      this.#retrying++;
      control.onRetry(new Error('busy'));
    }
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      this.#release(names);
      if (outcome === 'retry') this.#retrying--;
      const isFailure = outcome === 'failure' || control.signal.aborted;
      const rejectedCount = outcome === 'partial' ? Math.min(1, names.length) : 0;
      if (!isFailure) this.delivered.push(...names.slice(rejectedCount));
      callback(isFailure ? failure('refused') : ({ ...SUCCESS, rejectedCount } as never));
      if (outcome === 'twice') callback(SUCCESS);
    };
    control.signal.addEventListener('abort', end);
    if (outcome === 'throw') {
      isOver = true;
      this.#release(names);
      throw new Error('thrown');
    }
    if (outcome === 'none') return;
    if (millis === 0) end();
    else setTimeout(end, millis);
  }

  #release({ length }: string[]): void {
    this.underWay--;
    if (this.encodes) this.#bytes -= length * BYTES_PER_SPAN;
  }
}

const BYTES_PER_SPAN = 100;

function total({ exported, failed, dropped, queued }: PipelineCounts): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, exported + failed + queued);
}

function create(receiver: Receiver, options: BatchSpanProcessorOptions = {}): BatchSpanProcessor {
  return new BatchSpanProcessor(receiver, {
    diagnostics: new Diagnostics(silentLogger),
    ...options,
  });
}

describe('exports that overlap', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'deliver or count each span once, whatever the receiver does: seed %i',
    async (seed) => {
      const random = randomOfSeed(seed);
      const maxConcurrentExports = 1 + Math.floor(random() * 6);
      const encodes = random() < 0.5;
      const outcomes = ['success', 'success', 'success', 'failure', 'partial', 'retry', 'twice'];
      const fate = (): Fate => ({
        millis: Math.floor(random() ** 3 * 3000),
        outcome: pick(random, [...outcomes, 'throw', 'none'] as Fate['outcome'][]),
      });
      const receiver = new Receiver(maxConcurrentExports, fate, encodes);
      const maxQueueBytes = 20_000 + Math.floor(random() * 20_000);
      const maxExportBatchSize = 1 + Math.floor(random() * 40);
      const processor = create(receiver, {
        maxExportBatchSize,
        maxQueueSize: Math.max(maxExportBatchSize, Math.floor(random() * 500)),
        maxQueueBytes,
        scheduledDelayMillis: Math.floor(random() * 500),
        exportTimeoutMillis: 1000,
        shutdownTimeoutMillis: 2000,
      });
      let endedCount = 0;
      for (let step = 0; step < 150; step++) {
        const burst = Math.floor(random() ** 4 * 200);
        for (let i = 0; i < burst; i++) {
          processor.onEnd(endedSpan(`${endedCount++}`));
        }
        expect(total(processor.counts)).toBe(endedCount);
        if (random() < 0.03) void processor.forceFlush();
        await jest.advanceTimersByTimeAsync(Math.floor(random() * 60));
      }
      const closed = processor.shutdown();
      await jest.advanceTimersByTimeAsync(10_000);
      await closed;

      const { counts } = processor;
      expect(total(counts)).toBe(endedCount);
      expect(counts.queued).toBe(0);
      expect(counts.exported).toBe(receiver.delivered.length);
      expect(new Set(receiver.begun).size).toBe(receiver.begun.length);
      expect(receiver.begun).toEqual([...receiver.begun].sort((a, b) => Number(a) - Number(b)));
      expect(receiver.mostUnderWay).toBeLessThanOrEqual(maxConcurrentExports);
      expect(receiver.besideRetries).toBe(0);
      expect(receiver.mostBytes).toBeLessThan(maxQueueBytes + BYTES_PER_SPAN);
    },
  );

  it('lose none of 20,000 spans a second at a receiver that takes 20 ms, or ten times as long', async () => {
    for (const millis of [20, 200]) {
      const receiver = new Receiver(10, () => ({ millis, outcome: 'success' }), true);
      const processor = create(receiver);
      const span = endedSpan();
      let mostQueued = 0;
      for (let step = 0; step < 1000; step++) {
        for (let i = 0; i < 200; i++) processor.onEnd(span);
        mostQueued = Math.max(mostQueued, processor.counts.queued);
        await jest.advanceTimersByTimeAsync(10);
      }
      const flushed = processor.forceFlush();
      await jest.advanceTimersByTimeAsync(10_000);
      await flushed;
      expect(processor.counts).toEqual({ exported: 200_000, failed: 0, dropped: {}, queued: 0 });
      // The queue does not grow with the time: what ends during one answer, and while the first is alone.
      expect(mostQueued).toBeLessThan(20_000);
    }
  });

  it('take the spans of a pause in which nothing could be sent', async () => {
    const receiver = new Receiver(10, () => ({ millis: 20, outcome: 'success' }), true);
    const processor = create(receiver);
    const span = endedSpan();
    for (let i = 0; i < 30_000; i++) processor.onEnd(span);
    const flushed = processor.forceFlush();
    await jest.advanceTimersByTimeAsync(10_000);
    await flushed;
    expect(processor.counts).toEqual({ exported: 30_000, failed: 0, dropped: {}, queued: 0 });
  });
});
