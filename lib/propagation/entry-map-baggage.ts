import type { Baggage, BaggageEntry } from '@opentelemetry/api';

/**
 * Immutable baggage over a map. `createBaggage` of the API takes an object, which would put keys
 * that look like numbers first and has to be copied into a map twice.
 */
export class EntryMapBaggage implements Baggage {
  readonly #entries: ReadonlyMap<string, BaggageEntry>;

  /** @param entries is kept, so nobody may change it any more */
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
    // To the end: where a header has no room for all entries, those that were set last have precedence.
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
