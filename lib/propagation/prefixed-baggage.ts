import { type Baggage, type Context, propagation, type TextMapGetter } from '@opentelemetry/api';
import { MAX_BAGGAGE_BYTES, MAX_BAGGAGE_MEMBERS, membersWithinLimits } from './baggage-limits.js';
import { isBaggageKey } from './baggage-member.js';
import { EntryMapBaggage } from './entry-map-baggage.js';

/** How a format of OpenTracing's time writes baggage: one header for each entry. */
export interface PrefixedBaggageFormat {
  /** What the names of the headers begin with, in lower case. The rest of a name is the key of its entry. */
  readonly prefix: string;
  /** Reads a header; undefined if there is none. */
  readonly read: (carrier: unknown, getter: TextMapGetter, field: string) => string | undefined;
  /** Returns the value in a header that was read. Must not throw. */
  readonly decode: (text: string) => string;
  /** Returns a value as it is sent. Must not throw. */
  readonly encode: (value: string) => string;
}

/** Returns the headers of the baggage of a context as pairs of name and value, at most 64 and 8192 bytes. */
export function writePrefixedBaggage(
  context: Context,
  { prefix, encode }: PrefixedBaggageFormat,
): [name: string, value: string][] {
  const baggage = propagation.getBaggage(context);
  if (baggage === undefined) return [];
  const headers: string[] = [];
  for (const [key, { value }] of baggage.getAllEntries()) {
    const text = String(value);
    // Encoding makes a text longer, never shorter.
    if (text.length > MAX_BAGGAGE_BYTES || !isBaggageKey(key)) continue;
    headers.push(`${prefix}${key}:${encode(text)}`);
  }
  return membersWithinLimits(headers, 0).map((header) => {
    // A key cannot contain a colon.
    const colon = header.indexOf(':');
    return [header.slice(0, colon), header.slice(colon + 1)];
  });
}

/** Returns the context with the entries of the headers added, at most 64 and 8192 bytes. */
export function readPrefixedBaggage(
  context: Context,
  carrier: unknown,
  getter: TextMapGetter,
  { prefix, read, decode }: PrefixedBaggageFormat,
): Context {
  let baggage: Baggage | undefined;
  let count = 0;
  let bytes = 0;
  for (const field of getter.keys(carrier)) {
    if (count === MAX_BAGGAGE_MEMBERS) break;
    if (!isFieldWith(prefix, field)) continue;
    const text = read(carrier, getter, field);
    if (text === undefined || bytes + field.length + text.length > MAX_BAGGAGE_BYTES) continue;
    bytes += field.length + text.length;
    count++;
    const key = field.slice(prefix.length);
    const value = decode(text);
    baggage ??= propagation.getBaggage(context) ?? new EntryMapBaggage(new Map());
    // A sender of several formats sends an entry twice; the other format preserves case and properties.
    if (!hasEntry(baggage, key, value)) baggage = baggage.setEntry(key, { value });
  }
  return baggage === undefined ? context : propagation.setBaggage(context, baggage);
}

function hasEntry(baggage: Baggage, key: string, value: string): boolean {
  const lowerCaseKey = key.toLowerCase();
  return baggage
    .getAllEntries()
    .some(([other, entry]) => other.toLowerCase() === lowerCaseKey && entry.value === value);
}

function isFieldWith(prefix: string, field: unknown): field is string {
  return (
    typeof field === 'string' &&
    field.length > prefix.length &&
    field.slice(0, prefix.length).toLowerCase() === prefix
  );
}
