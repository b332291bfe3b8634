import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { SpanQueue } from '../../../lib/delivery/span-queue.js';
import { estimateSpanBytes } from '../../../lib/delivery/span-size.js';
import { endedSpan, endedSpans } from '../../support/span-source.js';

const UNBOUNDED = Number.POSITIVE_INFINITY;

describe('SpanQueue', () => {
  it('gives out the oldest first, over and over around its ring', () => {
    const queue = new SpanQueue(3, UNBOUNDED);
    const spans = endedSpans(20);
    const taken: string[] = [];
    for (const [index, span] of spans.entries()) {
      expect(queue.add(span)).toBeUndefined();
      if (index % 2 === 1) taken.push(...queue.take(2).map(({ name }) => name));
    }
    expect(taken).toEqual(spans.map(({ name }) => name));
  });

  it('refuses what it has no room for, until something is taken', () => {
    const queue = new SpanQueue(2, UNBOUNDED);
    const [a, b, c, d] = endedSpans(4);
    expect([a, b, c].map((span) => queue.add(span!))).toEqual([undefined, undefined, 'queue_full']);
    expect(queue.take(1)).toEqual([a]);
    expect(queue.add(d!)).toBeUndefined();
    expect(queue.take(5)).toEqual([b, d]);
    expect(queue.size).toBe(0);
    expect(queue.take(1)).toEqual([]);
  });

  it('refuses what would hold on to too much memory, and gives it back when taken', () => {
    const large = endedSpan('large', (span) => span.setAttribute('text', 'x'.repeat(5000)));
    const bytes = estimateSpanBytes(large);
    const queue = new SpanQueue(10, bytes * 2);
    expect([large, large, large].map((span) => queue.add(span))).toEqual([
      undefined,
      undefined,
      'queue_bytes_full',
    ]);
    expect(queue.bytes).toBe(bytes * 2);
    queue.take(1);
    expect(queue.bytes).toBe(bytes);
    expect(queue.add(large)).toBeUndefined();
    queue.take(2);
    expect(queue.bytes).toBe(0);
  });

  it('counts no bytes where they are not bounded', () => {
    const queue = new SpanQueue(10, UNBOUNDED);
    queue.add(endedSpan());
    expect(queue.bytes).toBe(0);
  });

  it('does not hold on to what was taken', async () => {
    const queue = new SpanQueue(2, UNBOUNDED);
    const watched = addAndTake(queue);
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    await setImmediate();
    collectGarbage();
    expect(watched.deref()).toBeUndefined();
    expect(queue.size).toBe(0);
  });
});

/** In a function of its own, so that nothing else holds on to the span. */
function addAndTake(queue: SpanQueue): WeakRef<object> {
  const span = endedSpan();
  queue.add(span);
  queue.take(1);
  return new WeakRef(span);
}
