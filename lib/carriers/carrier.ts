import type { TextMapGetter } from '@opentelemetry/api';

/**
 * Reads a field that must occur once: a string, or an array with one string.
 *
 * @returns undefined if the field is missing, occurs more than once or is not a string
 */
export function readOnly(
  carrier: unknown,
  getter: TextMapGetter,
  field: string,
): string | undefined {
  const value: unknown = getter.get(carrier, field);
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === 'string') return value[0];
  return undefined;
}

/**
 * Reads the first value of a field that can occur several times, without surrounding whitespace. Node
 * joins repeated headers with commas, so it is only for fields with values that contain no comma.
 */
export function readFirst(
  carrier: unknown,
  getter: TextMapGetter,
  field: string,
): string | undefined {
  let value: unknown = getter.get(carrier, field);
  if (Array.isArray(value)) value = value[0];
  if (typeof value !== 'string') return undefined;
  const comma = value.indexOf(',');
  return trim(comma < 0 ? value : value.slice(0, comma));
}

/** Reads all values of a list field and joins them with commas, as in HTTP; undefined if there is no value. */
export function readList(
  carrier: unknown,
  getter: TextMapGetter,
  field: string,
): string | undefined {
  const value: unknown = getter.get(carrier, field);
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  const texts = value.filter((item) => typeof item === 'string');
  return texts.length === 0 ? undefined : texts.join(',');
}

/** Removes surrounding spaces and tabs. Returns the same string if there are none. */
export function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhitespace(text.charCodeAt(start))) start++;
  while (end > start && isWhitespace(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** Whether a character code is optional whitespace of HTTP: a space or a tab. */
export function isWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
