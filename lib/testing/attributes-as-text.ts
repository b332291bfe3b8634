import type { Attributes, AttributeValue } from '@opentelemetry/api';

/** Which attributes a text shows: all, none, those with these keys, or those the function says. */
export type TextAttributes =
  | boolean
  | readonly string[]
  | ((key: string, value: AttributeValue) => boolean);

/**
 * Attributes as `key=value` words, sorted by key. A string stands in quotes where it has blanks or
 * could be taken for a number or boolean, so that `"1"` and `1` differ.
 */
export function textOfAttributes(attributes: Attributes, shown: TextAttributes): string {
  return Object.entries(attributes)
    .filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined)
    .filter(([key, value]) => isShown(key, value, shown))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${textOfValue(value)}`)
    .join(' ');
}

/** The text itself if it is one plain word, else in quotes. */
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
