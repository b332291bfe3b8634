import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { EncodedQueue } from '../../../lib/delivery/encoded-queue.js';
import type { OpenBatch } from '../../../lib/delivery/export-batch.js';
import { OtlpSpanExporter } from '../../../lib/export/index.js';
import type { ReadableSpan } from '../../../lib/trace/index.js';
import { endedSpan, endedSpans } from '../../support/span-source.js';

const UNBOUNDED = Number.POSITIVE_INFINITY;
const MIB = 1024 * 1024;

/** Counts a byte for each character of a span's name. */
class BatchOfNames implements OpenBatch {
  readonly names: string[] = [];
  byteCount = 0;
  readonly pending = undefined;
  isSealed = false;

  get size(): number {
    return this.names.length;
  }

  add({ name }: ReadableSpan): void {
    this.names.push(name);
    this.byteCount += name.length;
  }

  seal(): void {
    this.isSealed = true;
  }

  export(): void {}
}

function queueOf(maxSize: number, maxBytes: number, maxBatchSize: number): EncodedQueue {
  return new EncodedQueue(() => new BatchOfNames(), maxSize, maxBytes, maxBatchSize);
}

const takeNames = (queue: EncodedQueue): string[] => (queue.takeBatch() as BatchOfNames).names;

describe('EncodedQueue', () => {
  it('gives out batches that are full, the oldest first, then the one that is not', () => {
    const queue = queueOf(100, UNBOUNDED, 3);
    for (const span of endedSpans(7)) expect(queue.add(span)).toBeUndefined();
    expect(queue.size).toBe(7);
    expect(takeNames(queue)).toEqual(['work 0', 'work 1', 'work 2']);
    expect(takeNames(queue)).toEqual(['work 3', 'work 4', 'work 5']);
    expect(queue.size).toBe(1);
    queue.add(endedSpan('late'));
    expect(takeNames(queue)).toEqual(['work 6', 'late']);
    expect([queue.size, queue.bytes]).toEqual([0, 0]);
  });

  it('seals a full batch when another begins behind it, and none before', () => {
    const queue = queueOf(100, UNBOUNDED, 3);
    for (const span of endedSpans(3)) queue.add(span);
    expect((queue.takeBatch() as BatchOfNames).isSealed).toBe(false);
    for (const span of endedSpans(4)) queue.add(span);
    const sealed = [1, 2].map(() => (queue.takeBatch() as BatchOfNames).isSealed);
    expect(sealed).toEqual([true, false]);
  });

  it('gives out an empty batch where nothing waits', () => {
    const queue = queueOf(10, UNBOUNDED, 3);
    expect(queue.takeBatch().size).toBe(0);
    expect([queue.size, queue.bytes]).toEqual([0, 0]);
  });

  it('never puts a span into a batch that was taken', () => {
    const queue = queueOf(10, UNBOUNDED, 3);
    queue.add(endedSpan('a'));
    const batch = queue.takeBatch() as BatchOfNames;
    queue.add(endedSpan('b'));
    expect(batch.names).toEqual(['a']);
    expect(takeNames(queue)).toEqual(['b']);
  });

  it('refuses what it has no room for, until something is taken', () => {
    const queue = queueOf(2, UNBOUNDED, 1);
    const refusals = endedSpans(3).map((span) => queue.add(span));
    expect(refusals).toEqual([undefined, undefined, 'queue_full']);
    queue.takeBatch();
    expect(queue.add(endedSpan())).toBeUndefined();
  });

  it('refuses spans once those that wait take as many bytes as they may', () => {
    const queue = queueOf(10, 8, 1);
    const refusals = ['four', 'five+', 'more'].map((name) => queue.add(endedSpan(name)));
    expect(refusals).toEqual([undefined, undefined, 'queue_bytes_full']);
    expect(queue.bytes).toBe(9);
    queue.takeBatch();
    expect(queue.bytes).toBe(5);
    expect(queue.add(endedSpan('more'))).toBeUndefined();
  });

  it('begins another batch where one is long before it is full', () => {
    const queue = queueOf(100, UNBOUNDED, 50);
    for (let turn = 0; turn < 5; turn++) queue.add(endedSpan('x'.repeat(MIB)));
    expect([1, 2, 3].map(() => queue.takeBatch().size)).toEqual([2, 2, 1]);
  });

  it('does not hold on to its spans while they wait', async () => {
    const exporter = new OtlpSpanExporter();
    const queue = new EncodedQueue(exporter.startBatch as () => OpenBatch, 10, UNBOUNDED, 5);
    const watched = addTo(queue);
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    await setImmediate();
    collectGarbage();
    expect(watched.deref()).toBeUndefined();
    expect(queue.size).toBe(1);
    await exporter.shutdown();
  });
});

/** In a function of its own, so that nothing else holds on to the span. */
function addTo(queue: EncodedQueue): WeakRef<object> {
  const span = endedSpan();
  queue.add(span);
  return new WeakRef(span);
}
