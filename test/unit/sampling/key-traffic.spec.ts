import { describe, expect, it } from '@jest/globals';
import { KeyTraffic } from '../../../lib/sampling/key-traffic.js';

function count(traffic: KeyTraffic, times: number): void {
  for (let i = 0; i < times; i++) traffic.count();
}

describe('KeyTraffic', () => {
  it('knows the first trace of an interval', () => {
    const traffic = new KeyTraffic(1);
    expect(traffic.isSeen).toBe(false);
    traffic.count();
    expect(traffic.isSeen).toBe(true);
    traffic.setRatio(0.5);
    expect(traffic.isSeen).toBe(true);
    traffic.closeInterval(1);
    expect(traffic.isSeen).toBe(false);
  });

  it.each<[string, number, number, number, number]>([
    ['more at once', 10, 100, 1, 100],
    ['a little less as it is', 100, 90, 1, 90],
    ['much less after a whole interval', 100, 3, 1, 3],
    ['much less over two intervals', 100, 3, 2, 1.5],
    ['less as far as it was observed', 100, 0, 0.25, 75],
    ['a rate from a part of an interval', 0, 10, 0.5, 20],
  ])('believes %s', (_what, before, came, intervals, expected) => {
    const traffic = new KeyTraffic(1);
    traffic.expected = before;
    count(traffic, came);
    traffic.closeInterval(intervals);
    expect(traffic.expected).toBeCloseTo(expected, 9);
  });

  it('believes only more in the middle of an interval', () => {
    const traffic = new KeyTraffic(1);
    traffic.expected = 100;
    count(traffic, 10);
    traffic.raise(0.5);
    expect(traffic.expected).toBe(100);
    traffic.raise(0.05);
    expect(traffic.expected).toBe(200);
  });

  it('is idle when half a trace an interval is not expected any more', () => {
    const traffic = new KeyTraffic(1);
    traffic.count();
    traffic.closeInterval(1);
    expect(traffic.isIdle).toBe(false);
    traffic.setRatio(1);
    traffic.closeInterval(0.4);
    expect(traffic.isIdle).toBe(false);
    traffic.closeInterval(1);
    expect(traffic.isIdle).toBe(true);
  });

  it('creates a new result only for another threshold', () => {
    const traffic = new KeyTraffic(0.5);
    const { root } = traffic;
    traffic.setRatio(0.5);
    expect(traffic.root).toBe(root);
    traffic.setRatio(0.25);
    expect(traffic.threshold).toBe('c');
    expect(traffic.root.traceState?.serialize()).toBe('ot=th:c');
    traffic.setRatio(0);
    expect(traffic.threshold).toBeUndefined();
  });
});
