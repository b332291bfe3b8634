import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { settlesWithin } from '../../../lib/delivery/within-deadline.js';

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
