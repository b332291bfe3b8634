import { describe, expect, it } from '@jest/globals';
import { Rate } from '../../../../../lib/viewer/page/state/rate.js';

describe('Rate', () => {
  it('is the growth in a second', () => {
    const rate = new Rate();
    rate.add(100, 0);
    expect(rate.perSecond(0)).toBe(0);
    rate.add(300, 2_000);
    expect(rate.perSecond(2_000)).toBe(100);
    expect(rate.perSecond(4_000)).toBe(50);
  });

  it('is that of the last five seconds', () => {
    const rate = new Rate();
    rate.add(0, 0);
    rate.add(1_000, 1_000);
    for (let second = 2; second <= 20; second++) rate.add(1_000 + second * 10, second * 1_000);
    expect(rate.perSecond(20_000)).toBe(10);
  });

  it('is 0 when nothing has come for five seconds', () => {
    const rate = new Rate();
    rate.add(0, 0);
    rate.add(100, 1_000);
    expect(rate.perSecond(6_000)).toBe(0);
  });

  it('begins anew when the count does', () => {
    const rate = new Rate();
    rate.add(500, 0);
    rate.add(0, 1_000);
    expect(rate.perSecond(1_000)).toBe(0);
    rate.add(20, 2_000);
    expect(rate.perSecond(2_000)).toBe(20);
  });
});
