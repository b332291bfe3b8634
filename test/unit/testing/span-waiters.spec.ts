import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { SpanWaiters } from '../../../lib/testing/span-waiters.js';

describe('SpanWaiters', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('resolves at once with what is there', async () => {
    const waiters = new SpanWaiters(() => '');
    await expect(waiters.wait('it', {}, () => 'here')).resolves.toBe('here');
  });

  it('asks again on every event until it has come, and no more after', async () => {
    const waiters = new SpanWaiters(() => '');
    const answers = [undefined, undefined, 'here'];
    let askedCount = 0;
    const waiting = waiters.wait('it', {}, () => answers[askedCount++]);
    waiters.check();
    waiters.check();
    waiters.check();
    await expect(waiting).resolves.toBe('here');
    expect(askedCount).toBe(3);
  });

  it('serves those who wait in their order', async () => {
    const waiters = new SpanWaiters(() => '');
    const arrived: number[] = [];
    const first = waiters.wait('one', {}, () => arrived.shift());
    const second = waiters.wait('another', {}, () => arrived.shift());
    arrived.push(1, 2);
    waiters.check();
    await expect(Promise.all([first, second])).resolves.toEqual([1, 2]);
  });

  it('rejects after the deadline with what has arrived by then', async () => {
    const waiters = new SpanWaiters(() => 'Nothing has arrived.');
    const waiting = waiters.wait('a span', { deadlineMillis: 1 }, () => undefined);
    await expect(waiting).rejects.toThrow(
      '1 ms went by while waiting for a span.\nNothing has arrived.',
    );
  });

  it('keeps to its deadline while the timers of the test stand still', async () => {
    jest.useFakeTimers();
    const waiters = new SpanWaiters(() => '');
    const waiting = waiters.wait('a span', { deadlineMillis: 1 }, () => undefined);
    await expect(waiting).rejects.toThrow('1 ms went by');
  });

  it('rejects all with a reason', async () => {
    const waiters = new SpanWaiters(() => '');
    const waiting = waiters.wait('a span', {}, () => undefined);
    waiters.rejectAll('The end came');
    await expect(waiting).rejects.toThrow('The end came while waiting for a span.');
  });
});
