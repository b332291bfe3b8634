import { contextStorage } from '../context/index.js';

/**
 * The value of a baggage entry that is active here: one that the caller of this request sent, or that
 * `withBaggage` added. Anyone who can send a request can send baggage; believe it as little as any
 * other header.
 *
 * @param key case-sensitive, as the entry was named
 * @returns undefined where there is no such entry
 */
export function getBaggage(key: string): string | undefined {
  return contextStorage.active().baggage?.getEntry(key)?.value;
}

/** The keys and values of all baggage entries that are active here. The object is the caller's own. */
export function getAllBaggage(): Record<string, string> {
  const entries = contextStorage.active().baggage?.getAllEntries() ?? [];
  return Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
}
