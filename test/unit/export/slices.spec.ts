import { describe, expect, it, jest } from '@jest/globals';
import { Slices } from '../../../lib/export/slices.js';

function stepsUntilOver(slices: Slices, work: () => void): number {
  for (let step = 1; step <= 100; step++) {
    work();
    if (slices.isOver()) return step;
  }
  return Number.POSITIVE_INFINITY;
}

function busy(millis: number): void {
  const end = performance.now() + millis;
  while (performance.now() < end);
}

describe('Slices', () => {
  it('are over when a millisecond is, looking every eighth step', () => {
    expect(stepsUntilOver(new Slices(), () => busy(0.5))).toBe(8);
  });

  it('are shared by all work that waits for the same turn', async () => {
    const slices = new Slices();
    const turns = [slices.turn(), slices.turn()];
    expect(turns[1]).toBe(turns[0]);
    await Promise.all(turns);
    expect(stepsUntilOver(slices, () => busy(0.5))).toBe(8);
    expect(stepsUntilOver(slices, () => {})).toBe(8);
    const next = slices.turn();
    expect(next).not.toBe(turns[0]);
    await next;
    expect(stepsUntilOver(slices, () => busy(0.5))).toBe(8);
  });

  it('let the event loop turn and begin anew', async () => {
    const slices = new Slices();
    const turned = jest.fn();
    busy(2);
    setImmediate(turned);
    expect(turned).not.toHaveBeenCalled();
    await slices.turn();
    expect(turned).toHaveBeenCalledTimes(1);
    expect(stepsUntilOver(slices, () => busy(0.5))).toBe(8);
  });
});
