import { contextStorage } from '../context/index.js';

/**
 * Returns the value of a baggage entry in the active context. The caller of the current request sent the
 * entry, or `withBaggage` added it. Every client can send baggage: validate it like any other header.
 *
 * @param key key of the entry, case-sensitive
 * @returns undefined if there is no entry with this key
 */
export function getBaggage(key: string): string | undefined {
  return contextStorage.active().baggage?.getEntry(key)?.value;
}

/** Returns the keys and values of all baggage entries in the active context, in a new object. */
export function getAllBaggage(): Record<string, string> {
  const entries = contextStorage.active().baggage?.getAllEntries() ?? [];
  return Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
}
