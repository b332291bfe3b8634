import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../lib/errors.js';
import { SteadyClock } from '../../../lib/testing/index.js';

describe('SteadyClock', () => {
  it('stands still until it is moved', () => {
    const clock = new SteadyClock();
    expect([clock.now(), clock.now()]).toEqual([0, 0]);
    clock.advance(1.5);
    expect(clock.now()).toBe(1.5);
  });

  it('moves on by a tick after each reading', () => {
    const clock = new SteadyClock({ tickMillis: 2 });
    expect([clock.now(), clock.now()]).toEqual([0, 2]);
    clock.advance(10);
    expect(clock.now()).toBe(14);
  });

  it('counts from the given epoch time, else from the start of 2024', () => {
    expect(new SteadyClock({ epochMillis: 5000 }).originEpochMillis()).toBe(5000);
    expect(new SteadyClock().originEpochMillis()).toBe(Date.parse('2024-01-01T00:00:00Z'));
  });

  it.each([
    ['an epoch time with a fraction', () => new SteadyClock({ epochMillis: 0.5 })],
    ['an epoch time that is none', () => new SteadyClock({ epochMillis: Number.NaN })],
    ['a tick backwards', () => new SteadyClock({ tickMillis: -1 })],
    ['a step backwards', () => new SteadyClock().advance(-1)],
    ['an endless step', () => new SteadyClock().advance(Number.POSITIVE_INFINITY)],
  ])('refuses %s', (_, make) => {
    expect(make).toThrow(TracingConfigError);
  });
});
