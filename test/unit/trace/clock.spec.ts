import { performance } from 'node:perf_hooks';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { epochMillis, monotonicMillis } from '../../../lib/system-time.js';
import { SystemClock } from '../../../lib/trace/index.js';

/** The origin as a tracer reads it: after a reading. */
function originOf(clock: SystemClock): number {
  clock.now();
  return clock.originEpochMillis();
}

/** A clock over a monotonic clock and a wall clock, both to be set. */
function givenClocks() {
  let monotonic = 0;
  let wall = performance.timeOrigin;
  return {
    clock: new SystemClock(
      () => monotonic,
      () => wall,
    ),
    setClocks: (monotonicMillis: number, wallOffsetMillis: number): void => {
      monotonic = monotonicMillis;
      wall = performance.timeOrigin + monotonicMillis + wallOffsetMillis;
    },
  };
}

describe('SystemClock', () => {
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it.each<[string, () => void]>([
    ['fake timers', () => void jest.useFakeTimers({ now: 0 })],
    [
      'mocks',
      () => {
        jest.spyOn(Date, 'now').mockReturnValue(0);
        jest.spyOn(performance, 'now').mockReturnValue(1e9);
      },
    ],
  ])('is not moved by %s that a test installs', (_, install) => {
    const clock = new SystemClock(monotonicMillis, epochMillis);
    const before = clock.now();
    const origin = clock.originEpochMillis();
    install();
    expect(clock.now() - before).toBeLessThan(60_000);
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    expect(new SystemClock().originEpochMillis()).toBeCloseTo(origin, -2);
  });

  it('reads from 0 on and never decreases', () => {
    const clock = new SystemClock();
    let last = 0;
    for (let turn = 0; turn < 1000; turn++) {
      const now = clock.now();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });

  it('has an origin in whole milliseconds that makes its readings the wall time', () => {
    const clock = new SystemClock();
    const before = Date.now();
    const epochMillis = clock.originEpochMillis() + clock.now();
    const after = Date.now();
    expect(Number.isInteger(clock.originEpochMillis())).toBe(true);
    // The two clocks of a machine disagree by less than what is tolerated, and Date.now() is rounded.
    expect(epochMillis).toBeGreaterThan(before - 6);
    expect(epochMillis).toBeLessThan(after + 6);
  });

  it('loses nothing of what the time origin has below a millisecond', () => {
    const { clock, setClocks } = givenClocks();
    setClocks(12.25, 0);
    expect(clock.originEpochMillis() + clock.now()).toBeCloseTo(performance.timeOrigin + 12.25, 3);
  });

  it('keeps its origin while the wall clock agrees', () => {
    const { clock, setClocks } = givenClocks();
    setClocks(0, 0);
    const origin = originOf(clock);
    for (const [millis, offset] of [
      [1500, 4],
      [3000, -4],
      [1e7, 4],
    ] as const) {
      setClocks(millis, offset);
      expect(originOf(clock)).toBe(origin);
    }
  });

  it.each([
    ['forwards', 3_600_000],
    ['backwards', -3_600_000],
    ['a little', 20],
  ])('follows a wall clock that was set %s', (_, offset) => {
    const { clock, setClocks } = givenClocks();
    setClocks(0, 0);
    const origin = originOf(clock);
    setClocks(1500, offset);
    expect(originOf(clock) - origin).toBeCloseTo(offset, -1);
    expect(Number.isInteger(originOf(clock))).toBe(true);
    expect(clock.now()).toBeGreaterThanOrEqual(1500);
  });

  it('looks at the wall clock once a second at most', () => {
    const { clock, setClocks } = givenClocks();
    setClocks(0, 0);
    const origin = originOf(clock);
    setClocks(999, 60_000);
    expect(originOf(clock)).toBe(origin);
    setClocks(1001, 60_000);
    expect(originOf(clock)).toBeGreaterThan(origin + 59_000);
  });
});
