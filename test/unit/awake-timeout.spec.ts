import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startAwakeTimeout } from '../../lib/awake-timeout.js';
import { until } from '../support/until.js';

/** Lets no timer fire for this long, as a process that is stopped. */
function block(millis: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis);
}

describe('startAwakeTimeout', () => {
  const calls: string[] = [];
  beforeEach(() => {
    calls.length = 0;
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const start = (millis: number) =>
    startAwakeTimeout(
      () => calls.push('over'),
      millis,
      () => calls.push('restart'),
    );

  it('calls back when the time is over', async () => {
    start(1);
    await until(
      () => calls.length > 0,
      () => calls,
    );
    expect(calls).toEqual(['over']);
  });

  it('begins again if the process could not run when the time was over', async () => {
    start(20);
    block(1_200);
    await until(
      () => calls.includes('over'),
      () => calls,
    );
    expect(calls).toEqual(['restart', 'over']);
  });

  it('calls nothing when it is cleared, also after it began again', async () => {
    const cleared = start(1);
    cleared.clear();
    const restarted = start(50);
    block(1_200);
    await until(
      () => calls.length > 0,
      () => calls,
    );
    restarted.clear();
    start(100);
    await until(
      () => calls.includes('over'),
      () => calls,
    );
    expect(calls).toEqual(['restart', 'over']);
  });

  it('keeps no process alive', () => {
    const unref = jest.spyOn(Object.getPrototypeOf(setTimeout(() => {}, 0)), 'unref');
    start(1_000).clear();
    expect(unref).toHaveBeenCalled();
  });
});
