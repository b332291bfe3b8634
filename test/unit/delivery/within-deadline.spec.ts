import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { completesWithin, settlesWithin } from '../../../lib/delivery/within-deadline.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';

describe('settlesWithin', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'performance'] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('is true for work that ends in time, and leaves no timer', async () => {
    await expect(settlesWithin(Promise.resolve('done'), 1000)).resolves.toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is true for work that has ended, even if no time is left', async () => {
    await expect(settlesWithin(Promise.resolve(), -5)).resolves.toBe(true);
  });

  it('is false when the time is over', async () => {
    const answer = settlesWithin(new Promise(() => {}), 1000);
    jest.advanceTimersByTime(1000);
    await expect(answer).resolves.toBe(false);
  });

  it('passes a rejection on', async () => {
    await expect(settlesWithin(Promise.reject(new Error('boom')), 1000)).rejects.toThrow('boom');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ignores a rejection that comes too late', async () => {
    let reject = (_error: Error): void => {};
    const work = new Promise<void>((_, rejectWork) => {
      reject = rejectWork;
    });
    const answer = settlesWithin(work, 10);
    jest.advanceTimersByTime(10);
    await expect(answer).resolves.toBe(false);
    reject(new Error('late'));
    await new Promise(process.nextTick);
  });

  it('keeps the process alive while it waits', () => {
    const setTimer = jest.spyOn(globalThis, 'setTimeout');
    void settlesWithin(new Promise(() => {}), 10);
    const timer = setTimer.mock.results[0]?.value as NodeJS.Timeout;
    setTimer.mockRestore();
    expect(timer.hasRef()).toBe(true);
  });
});

describe('completesWithin', () => {
  it.each<[string, () => unknown, string[]]>([
    ['says nothing of a call that ends', () => Promise.resolve(), []],
    ['says nothing of a call that returns', () => undefined, []],
    [
      'reports a call that throws',
      () => {
        throw new Error('boom');
      },
      ['A span exporter could not be flushed: Error: boom'],
    ],
    [
      'reports a call that rejects',
      () => Promise.reject(new Error('boom')),
      ['A span exporter could not be flushed: Error: boom'],
    ],
    [
      'reports a call that takes too long',
      () => new Promise(() => {}),
      ['A span exporter could not be flushed in time: MyExporter'],
    ],
  ])('%s, and never rejects', async (_, call, lines) => {
    const diagnostics = new ReadDiagnostics();
    const deadline = performance.now() + 5;
    await completesWithin(
      deadline,
      call,
      'A span exporter could not be flushed',
      'MyExporter',
      diagnostics,
    );
    expect(diagnostics.lines).toEqual(lines);
  });
});
