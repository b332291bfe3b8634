import { describe, expect, it, jest } from '@jest/globals';

/** A copy of the module with a seed of its own. */
async function hashWithSeed(seed: number): Promise<(low: number, high: number) => number> {
  jest.resetModules();
  const random = jest.spyOn(Math, 'random').mockReturnValue(seed);
  const { hashOfId } = await import('../../../../lib/viewer/analysis/id-hash.js');
  random.mockRestore();
  return hashOfId;
}

/** How many of the slots of a table twice as long the ids fall into. */
function slotCount(
  hash: (low: number, high: number) => number,
  ids: readonly (readonly [number, number])[],
): number {
  return new Set(ids.map(([low, high]) => hash(low, high) & (2 * ids.length - 1))).size;
}

const COUNT = 4_096;
const FAMILIES: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'in sequence': Array.from({ length: COUNT }, (_, i) => [i, 0]),
  'that differ in their upper word': Array.from({ length: COUNT }, (_, i) => [7, i]),
  'that differ in the highest bits': Array.from({ length: COUNT }, (_, i) => [i << 20, 0]),
  'that differ in the highest bits of both words': Array.from({ length: COUNT }, (_, i) => [
    i << 26,
    (i >>> 6) << 26,
  ]),
};

describe('hashOfId', () => {
  it.each(Object.entries(FAMILIES))('spreads ids %s', async (_, ids) => {
    const hash = await hashWithSeed(0.25);
    // Random numbers would fall into 39 % of the slots.
    expect(slotCount(hash, ids)).toBeGreaterThan(0.37 * 2 * COUNT);
  });

  it('puts ids that collide under one seed into different slots under another', async () => {
    const known = await hashWithSeed(0.25);
    const colliding: [number, number][] = [];
    for (let low = 0; colliding.length < COUNT; low++) {
      if ((known(low, 1) & 63) === 0) colliding.push([low, 1]);
    }
    expect(slotCount(await hashWithSeed(0.75), colliding)).toBeGreaterThan(0.37 * 2 * COUNT);
  });
});
