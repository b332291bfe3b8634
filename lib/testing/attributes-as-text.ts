import type { Attributes, AttributeValue } from '@opentelemetry/api';

/** Selects the attributes to show: all, none, those with the given keys, or those that a function accepts. */
export type TextAttributes =
  | boolean
  | readonly string[]
  | ((key: string, value: AttributeValue) => boolean);

/**
 * Formats attributes as `key=value` words, sorted by key. A string is quoted if it contains whitespace or
 * looks like a number or boolean, so that `"1"` and `1` differ.
 */
export function textOfAttributes(attributes: Attributes, shown: TextAttributes): string {
  return Object.entries(attributes)
    .filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined)
    .filter(([key, value]) => isShown(key, value, shown))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${textOfValue(value)}`)
    .join(' ');
}

/** Returns the text unchanged if it is one plain word, otherwise in quotes. */
export function quotedIfNeeded(text: string): string {
  const isWord = /^[^\s"'()[\],=]+$/.test(text);
  const looksTyped = /^(true|false|null|[-+]?Infinity|NaN)$/.test(text) || !Number.isNaN(+text);
  return isWord && !looksTyped ? text : JSON.stringify(text);
}

function isShown(key: string, value: AttributeValue, shown: TextAttributes): boolean {
  if (typeof shown === 'boolean') return shown;
  return typeof shown === 'function' ? shown(key, value) : shown.includes(key);
}

function textOfValue(value: AttributeValue): string {
  if (typeof value === 'string') return quotedIfNeeded(value);
  // JSON has no NaN and no infinite numbers.
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
