import type { Baggage, BaggageEntry } from '@opentelemetry/api';

/**
 * Immutable baggage in a map. `createBaggage` of the API takes an object, which moves numeric keys to the
 * front and is copied into a map twice.
 */
export class EntryMapBaggage implements Baggage {
  readonly #entries: ReadonlyMap<string, BaggageEntry>;

  /** @param entries must not change afterwards, because it is not copied */
  constructor(entries: ReadonlyMap<string, BaggageEntry>) {
    this.#entries = entries;
  }

  getEntry(key: string): BaggageEntry | undefined {
    const entry = this.#entries.get(key);
    return entry === undefined ? undefined : { ...entry };
  }

  getAllEntries(): [string, BaggageEntry][] {
    return [...this.#entries];
  }

  setEntry(key: string, entry: BaggageEntry): Baggage {
    const entries = new Map(this.#entries);
    // Moves the entry to the end: if a header cannot contain all entries, the last ones have precedence.
    entries.delete(key);
    return new EntryMapBaggage(entries.set(key, entry));
  }

  removeEntry(key: string): Baggage {
    return this.removeEntries(key);
  }

  removeEntries(...keys: string[]): Baggage {
    const entries = new Map(this.#entries);
    for (const key of keys) entries.delete(key);
    return new EntryMapBaggage(entries);
  }

  clear(): Baggage {
    return new EntryMapBaggage(new Map());
  }
}
