/** Nodes in layers, each layer from top to bottom. */
export type Order = readonly (readonly number[])[];

/** The neighbours of each node in the layer before its own, and in the layer after it. */
export interface Neighbours {
  readonly before: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
}

/** A sweep that changes nothing for so long ends the search. */
const MAX_SWEEPS = 24;
const PATIENCE = 5;
const SHUFFLE_COUNT = 6;
/** In a larger graph nobody counts crossings, and the search takes long. */
const MAX_SHUFFLED = 200;

/**
 * Orders the nodes of each layer so that few edges cross: sweeps put each node at the mean of its neighbours,
 * then neighbours are exchanged as long as that helps.
 *
 * @param seeds orders to begin with. The first is kept unless another one has fewer crossings, so that a graph
 *   which has changed a little looks as before
 */
export function orderLayers(seeds: readonly Order[], neighbours: Neighbours): Order {
  let best: Order = seeds[0] ?? [];
  let bestCount = crossingsOf(best, neighbours);
  for (const seed of [...seeds, ...shuffles(best)]) {
    for (const isDownFirst of [true, false]) {
      if (bestCount === 0) return best;
      let order = seed;
      let patience = PATIENCE;
      for (let sweep = 0; sweep < MAX_SWEEPS && patience > 0; sweep++) {
        const count = crossingsOf(order, neighbours);
        patience--;
        if (count < bestCount) {
          best = order;
          bestCount = count;
          patience = PATIENCE;
        }
        const isDown = (sweep % 2 === 0) === isDownFirst;
        order = exchanged(swept(order, neighbours, isDown, sweep % 4 > 1), neighbours);
      }
    }
  }
  return best;
}

/** The number of crossings between all layers that follow each other. */
export function crossingsOf(order: Order, { after }: Neighbours): number {
  let count = 0;
  for (let layer = 0; layer + 1 < order.length; layer++) {
    const positions = positionsOf(order[layer + 1] as readonly number[]);
    // The ends of the edges, in the order of their beginnings: each inversion is a crossing.
    const ends = (order[layer] as readonly number[]).flatMap((node) =>
      (after[node] as readonly number[]).map((to) => positions.get(to) as number).sort(ascending),
    );
    count += inversionsOf(ends);
  }
  return count;
}

/** Other orders to begin with, always the same ones: from a good order the sweeps may reach no better one. */
function shuffles(order: Order): Order[] {
  let state = 1;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const nodeCount = order.reduce((sum, layer) => sum + layer.length, 0);
  return Array.from({ length: nodeCount > MAX_SHUFFLED ? 0 : SHUFFLE_COUNT }, () =>
    order.map((layer) => {
      const shuffled = [...layer];
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [shuffled[i], shuffled[j]] = [shuffled[j] as number, shuffled[i] as number];
      }
      return shuffled;
    }),
  );
}

/**
 * Sorts layer after layer by the mean position of the neighbours in the layer that was sorted before.
 *
 * @param turnsTies whether nodes with equal means change their order
 */
function swept(
  order: Order,
  { before, after }: Neighbours,
  isDown: boolean,
  turnsTies: boolean,
): Order {
  const layers = order.map((layer) => [...layer]);
  const indexes = [...layers.keys()];
  const neighbours = isDown ? before : after;
  let fixed: readonly number[] | undefined;
  for (const index of isDown ? indexes : indexes.reverse()) {
    const layer = layers[index] as number[];
    if (fixed !== undefined) {
      const positions = positionsOf(fixed);
      const means = new Map(
        layer.map((node, i) => [node, meanOf(neighbours[node] as readonly number[], positions, i)]),
      );
      if (turnsTies) layer.reverse();
      layer.sort((a, b) => (means.get(a) as number) - (means.get(b) as number));
    }
    fixed = layer;
  }
  return layers;
}

/** A node without neighbours stays about where it is. */
function meanOf(
  neighbours: readonly number[],
  positions: ReadonlyMap<number, number>,
  position: number,
): number {
  if (neighbours.length === 0) return position;
  return (
    neighbours.reduce((sum, node) => sum + (positions.get(node) as number), 0) / neighbours.length
  );
}

/** Exchanges nodes that stand one below the other, as long as it removes crossings. */
function exchanged(order: Order, { before, after }: Neighbours): Order {
  const layers = order.map((layer) => [...layer]);
  let hasChanged = true;
  for (let round = 0; hasChanged && round < MAX_SWEEPS; round++) {
    hasChanged = false;
    layers.forEach((layer, index) => {
      const above = positionsOf(layers[index - 1] ?? []);
      const below = positionsOf(layers[index + 1] ?? []);
      for (let i = 0; i + 1 < layer.length; i++) {
        const [a, b] = [layer[i] as number, layer[i + 1] as number];
        const asIs = pairCrossings(a, b, before, above) + pairCrossings(a, b, after, below);
        const turned = pairCrossings(b, a, before, above) + pairCrossings(b, a, after, below);
        if (turned >= asIs) continue;
        layer[i] = b;
        layer[i + 1] = a;
        hasChanged = true;
      }
    });
  }
  return layers;
}

/** The crossings between the edges of two nodes, the first of which stands above the second. */
function pairCrossings(
  upper: number,
  lower: number,
  neighbours: readonly (readonly number[])[],
  positions: ReadonlyMap<number, number>,
): number {
  let count = 0;
  for (const a of neighbours[upper] as readonly number[]) {
    for (const b of neighbours[lower] as readonly number[]) {
      if ((positions.get(a) as number) > (positions.get(b) as number)) count++;
    }
  }
  return count;
}

function positionsOf(layer: readonly number[]): Map<number, number> {
  return new Map(layer.map((node, position) => [node, position]));
}

function inversionsOf(values: readonly number[]): number {
  let count = 0;
  values.forEach((value, i) => {
    for (let j = i + 1; j < values.length; j++) if ((values[j] as number) < value) count++;
  });
  return count;
}

function ascending(a: number, b: number): number {
  return a - b;
}
