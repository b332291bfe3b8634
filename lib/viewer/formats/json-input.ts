import type { SpanRecord } from '../analysis/span-record.js';

/** What was read from a file. */
export interface ReadSpans {
  /** The spans in the order of the file. */
  readonly spans: readonly SpanRecord[];
  /** The number of spans that could not be read, because they have no valid id or time. */
  readonly refusedCount: number;
}

/** A file that is not in the format; its message is for people. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list; empty for anything else. */
export function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The first of several members that is there: names have changed over time. */
export function memberOf(object: JsonObject, ...keys: readonly string[]): unknown {
  for (const key of keys) if (Object.hasOwn(object, key)) return object[key];
  return undefined;
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A whole number that JSON has as a number or, because it is too long for one, as a text. */
export function bigintOf(value: unknown): bigint | undefined {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  return typeof value === 'string' && /^-?\d{1,40}$/.test(value) ? BigInt(value) : undefined;
}

/** A count, as a number or a text; undefined for 0 and for anything else. */
export function countOf(value: unknown): number | undefined {
  const count = Number(value);
  return Number.isSafeInteger(count) && count > 0 ? count : undefined;
}

/** A bigint that a number holds exactly as that number. */
export function exactNumber(value: bigint): number | bigint {
  const isExact =
    value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
  return isExact ? Number(value) : value;
}

/** An object without the members that are undefined. */
export function defined<T extends object>(
  object: T,
): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as never;
}

/**
 * Reads one JSON text, or one in each line.
 *
 * @throws FormatError for any other text
 */
export function jsonTexts(text: string): unknown[] {
  const whole = parsed(text);
  if (whole !== undefined) return [whole.value];
  return text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => {
      const result = parsed(line);
      if (result === undefined) throw new FormatError(`Line ${number} is no JSON`);
      return result.value;
    });
}

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
