import { hashOfId } from './id-hash.js';

const NONE = -1;

/**
 * Finds rows by their span ids: a hash table over the 32-bit words of the ids, because a `Map` of bigints
 * creates a bigint for each row and takes most of the time that a trace of 100,000 spans has.
 */
export class SpanIdIndex {
  readonly #words: Uint32Array;
  readonly #heads: Int32Array;
  readonly #mask: number;
  /** The next row with the same slot, for each row. */
  readonly #next: Int32Array;

  /** @param count the number of ids to read from the start of `spanIds` */
  constructor(spanIds: BigUint64Array, count: number) {
    this.#words = wordsOf(spanIds, count);
    let slotCount = 16;
    while (slotCount < count * 2) slotCount *= 2;
    this.#mask = slotCount - 1;
    this.#heads = new Int32Array(slotCount).fill(NONE);
    this.#next = new Int32Array(count);
    // From the last row to the first, so that the rows of a slot come in ascending order.
    for (let row = count - 1; row >= 0; row--) {
      const slot = this.#slotOf(this.#words[2 * row] as number, this.#words[2 * row + 1] as number);
      this.#next[row] = this.#heads[slot] as number;
      this.#heads[slot] = row;
    }
  }

  /** @returns the first row with the id that stands at `position` in `ids`; -1 if there is none */
  firstOf(ids: Uint32Array, position: number): number {
    const low = ids[2 * position] as number;
    const high = ids[2 * position + 1] as number;
    return this.#find(this.#heads[this.#slotOf(low, high)] as number, low, high);
  }

  /** @returns the next row with the id of a row; -1 if there is none */
  after(row: number): number {
    const low = this.#words[2 * row] as number;
    const high = this.#words[2 * row + 1] as number;
    return this.#find(this.#next[row] as number, low, high);
  }

  #find(from: number, low: number, high: number): number {
    let row = from;
    while (row !== NONE && (this.#words[2 * row] !== low || this.#words[2 * row + 1] !== high)) {
      row = this.#next[row] as number;
    }
    return row;
  }

  #slotOf(low: number, high: number): number {
    return hashOfId(low, high) & this.#mask;
  }
}

/** The ids as pairs of 32-bit words, without a copy. */
export function wordsOf(ids: BigUint64Array, count: number): Uint32Array {
  return new Uint32Array(ids.buffer, ids.byteOffset, count * 2);
}
