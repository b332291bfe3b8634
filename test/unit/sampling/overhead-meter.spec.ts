import { describe, expect, it } from '@jest/globals';
import { OverheadMeter } from '../../../lib/sampling/overhead-meter.js';

/** Steps of the given durations, in milliseconds. */
function measure(durations: readonly number[]) {
  let time = 1000;
  let readings = 0;
  const meter = new OverheadMeter(() => {
    readings++;
    return time;
  });
  const timed = durations.map((duration) => {
    const isTimed = meter.begin();
    time += duration;
    meter.finish();
    meter.finish();
    time += 5;
    return isTimed;
  });
  return { meter, readings, timedCount: timed.filter(Boolean).length };
}

describe('OverheadMeter', () => {
  it('times one step in sixteen, which stands for all of them and for what cannot be timed', () => {
    const { meter, readings, timedCount } = measure(Array(160).fill(0.01));
    expect([readings, timedCount]).toEqual([20, 10]);
    const millis = meter.takeMillis();
    expect(millis).toBeGreaterThan(160 * 0.01);
    expect(millis).toBeLessThan(160 * 0.01 * 6);
    expect(meter.takeMillis()).toBe(0);
  });

  it('does not multiply a step that was interrupted', () => {
    const calm = measure(Array(16).fill(1)).meter.takeMillis();
    expect(measure(Array(16).fill(5000)).meter.takeMillis()).toBe(calm);
  });

  it('measures nothing without steps', () => {
    const meter = new OverheadMeter();
    meter.finish();
    expect(meter.takeMillis()).toBe(0);
  });
});
