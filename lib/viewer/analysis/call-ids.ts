import type { TraceTree } from './trace-tree.js';

/** What {@link callIdsOf} returns. */
export interface CallIds {
  /** A number for each row, counted from 0; equal for equal service, name and kind. */
  readonly ids: Uint32Array;
  /** The number of different ids. */
  readonly count: number;
}

/** The kinds of spans fit in three bits, and a row in 26: pairs of them are exact numbers. */
const KIND_FACTOR = 8;
const PAIR_FACTOR = 2 ** 26;

/**
 * Numbers the rows by service, name and kind, so that groups are found by numbers: strings as keys take
 * more time than the rest of an algorithm. Rows of missing parents have an id of their own.
 */
export function callIdsOf({ trace, rowCount }: TraceTree): CallIds {
  const { names, services, kinds, spanCount } = trace;
  const namesAndKinds = new NumberIds();
  const serviceIds = new NumberIds();
  const all = new NumberIds();
  const ids = new Uint32Array(rowCount);
  for (let row = 0; row < spanCount; row++) {
    const call = namesAndKinds.idOf((names[row] as number) * KIND_FACTOR + (kinds[row] as number));
    ids[row] = all.idOf(pairKey(serviceIds.idOf(services[row] as number), call));
  }
  if (rowCount > spanCount) ids.fill(all.idOf(-1), spanCount);
  return { ids, count: all.count };
}

/** One number for two: both below 2²⁶, such as rows or ids. */
export function pairKey(a: number, b: number): number {
  return a * PAIR_FACTOR + b;
}

/** Gives different numbers ids from 0 on. */
export class NumberIds {
  readonly #ids = new Map<number, number>();

  get count(): number {
    return this.#ids.size;
  }

  idOf(key: number): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(key, id);
    return id;
  }
}
