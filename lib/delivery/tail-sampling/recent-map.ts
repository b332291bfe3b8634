/**
 * A map that keeps its latest entries only: setting a new key in a full map removes the key that was set
 * first. Entries that are never taken out, such as that of a span that never ends, cannot fill the memory.
 */
export class RecentMap<K, V> {
  readonly #entries = new Map<K, V>();

  /** @param maxSize in entries, from 1 on */
  constructor(readonly maxSize: number) {}

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /** Sets the value; a key that exists becomes the latest one. */
  set(key: K, value: V): void {
    const entries = this.#entries;
    if (entries.size >= this.maxSize && !this.#entries.has(key)) {
      entries.delete(entries.keys().next().value as K);
    } else {
      entries.delete(key);
    }
    entries.set(key, value);
  }

  /** Removes the key and returns its value. */
  take(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) this.#entries.delete(key);
    return value;
  }

  clear(): void {
    this.#entries.clear();
  }
}
