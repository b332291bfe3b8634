import { describe, expect, it } from '@jest/globals';
import { Slowness } from '../../../../lib/delivery/tail-sampling/slowness.js';

describe('Slowness', () => {
  it('is to take longer than a fixed limit', () => {
    const slowness = new Slowness(100);
    expect([slowness.isSlowEnd('a', 100), slowness.isSlowEnd('a', 100.5)]).toEqual([false, true]);
    expect(slowness.isSlow('a', 101)).toBe(true);
  });

  it('is to take longer than what is usual for the name', () => {
    const slowness = new Slowness('p99');
    for (let i = 0; i < 300; i++) {
      expect(slowness.isSlowEnd('quick', 10)).toBe(false);
      expect(slowness.isSlowEnd('slow', 1000)).toBe(false);
    }
    expect(slowness.isSlowEnd('quick', 100)).toBe(true);
    expect(slowness.isSlowEnd('slow', 1000)).toBe(false);
    expect(slowness.isSlow('never seen', 1e6)).toBe(false);
  });

  it('learns nothing from what is still going on', () => {
    const slowness = new Slowness('p99');
    for (let i = 0; i < 300; i++) slowness.isSlow('a', 10);
    expect(slowness.isSlow('a', 1e6)).toBe(false);
  });

  it('keeps 500 names, those that were seen last', () => {
    const slowness = new Slowness('p99');
    for (let i = 0; i < 300; i++) slowness.isSlowEnd('a', 10);
    for (let i = 0; i < 499; i++) slowness.isSlowEnd(`name ${i}`, 10);
    expect(slowness.isSlow('a', 1000)).toBe(true);
    slowness.isSlowEnd('one more', 10);
    expect(slowness.isSlow('a', 1000)).toBe(false);
  });
});
