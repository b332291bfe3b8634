import type { TextMapGetter } from '@opentelemetry/api';

/**
 * The value of a field that must occur once: its string, or the only string of an array.
 *
 * @returns undefined where the field is missing, occurs more than once or is no text
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
 * The first value of a field that may have been repeated, without the whitespace around it. Node
 * joins repeated headers with commas, which none of the values read this way may contain.
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

/** All values of a field that is a list, joined by commas as HTTP does; undefined where none is. */
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

/** Without the spaces and tabs around it; the same string where there are none. */
export function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhitespace(text.charCodeAt(start))) start++;
  while (end > start && isWhitespace(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** Optional whitespace of HTTP: a space or a tab. */
export function isWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
