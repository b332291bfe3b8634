interface Counted<T> {
  readonly value: T;
  readonly byteCount: number;
  count: number;
}

/**
 * Values that several traces share, such as names of spans, each held once for as long as a trace holds it.
 * Holds and releases are counted by key.
 */
export class CountedTable<T> {
  readonly #entries = new Map<string, Counted<T>>();
  #byteCount = 0;

  /** The memory that the values take, roughly. */
  get byteCount(): number {
    return this.#byteCount;
  }

  /** The number of values. */
  get size(): number {
    return this.#entries.size;
  }

  /** Holds the value of a key once more, and creates it for the first holder. */
  hold(key: string, create: () => T, byteCount: number): T {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.count++;
      return known.value;
    }
    const value = create();
    this.#entries.set(key, { value, byteCount, count: 1 });
    this.#byteCount += byteCount;
    return value;
  }

  /** Takes back one hold; the last one removes the value. */
  release(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.count--;
    if (entry.count > 0) return;
    this.#entries.delete(key);
    this.#byteCount -= entry.byteCount;
  }
}
