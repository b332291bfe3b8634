/** Something that wants to stand at a place. */
export interface Placed {
  /** Where its middle wants to be. */
  readonly wanted: number;
  /** How much it matters, greater than 0. */
  readonly weight: number;
  /** The height that it takes, with the space around it. */
  readonly height: number;
}

/**
 * Places things below each other in their order, as near as possible to where they want to be: the sum of the
 * weighted squares of the distances is the least.
 *
 * @returns the middles
 */
export function fitInOrder(things: readonly Placed[]): number[] {
  // Without the heights above each thing, the places need only be in order: an isotonic regression, by pools of
  // neighbours that would be in the wrong order.
  const offsets: number[] = [];
  let above = 0;
  for (const { height } of things) {
    offsets.push(above + height / 2);
    above += height;
  }
  const pools: { value: number; weight: number; count: number }[] = [];
  things.forEach(({ wanted, weight }, i) => {
    let pool = { value: wanted - (offsets[i] as number), weight, count: 1 };
    for (
      let last = pools.at(-1);
      last !== undefined && last.value > pool.value;
      last = pools.at(-1)
    ) {
      const sum = last.weight + pool.weight;
      const value = (last.value * last.weight + pool.value * pool.weight) / sum;
      pool = { value, weight: sum, count: last.count + pool.count };
      pools.pop();
    }
    pools.push(pool);
  });
  const values = pools.flatMap(({ value, count }) => new Array<number>(count).fill(value));
  return values.map((value, i) => value + (offsets[i] as number));
}
