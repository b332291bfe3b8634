import { performance } from 'node:perf_hooks';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { epochMillis, monotonicMillis, TIME_ORIGIN_MILLIS } from '../../lib/system-time.js';

afterEach(() => {
  jest.restoreAllMocks();
  jest.resetModules();
});

describe('the times of the system', () => {
  it('are those of the platform', () => {
    expect(TIME_ORIGIN_MILLIS).toBe(performance.timeOrigin);
    expect(Math.abs(monotonicMillis() - performance.now())).toBeLessThan(1000);
    expect(Math.abs(epochMillis() - Date.now())).toBeLessThan(1000);
  });

  it('stay as they are when a test replaces those of the platform', () => {
    const before = [monotonicMillis(), epochMillis()] as const;
    jest.spyOn(performance, 'now').mockReturnValue(-1);
    jest.spyOn(Date, 'now').mockReturnValue(-1);
    expect(monotonicMillis()).toBeGreaterThanOrEqual(before[0]);
    expect(epochMillis()).toBeGreaterThanOrEqual(before[1]);
  });

  it('do not believe what was replaced before they were loaded', async () => {
    const now = Date.now();
    jest.spyOn(performance, 'now').mockReturnValue(-1);
    jest.spyOn(Date, 'now').mockReturnValue(-1);
    jest.resetModules();
    const late = await import('../../lib/system-time.js');
    expect(late.epochMillis).not.toBe(epochMillis);
    expect(late.monotonicMillis()).toBeGreaterThan(0);
    expect(Math.abs(late.epochMillis() - now)).toBeLessThan(60_000);
  });
});
