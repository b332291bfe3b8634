import type { Attributes, AttributeValue } from '@opentelemetry/api';

/** Selects attributes: all, none, those with the given keys, or those that a function accepts. */
export type TextAttributes =
  | boolean
  | readonly string[]
  | ((key: string, value: AttributeValue) => boolean);

/** What a text shows in the place of a masked value. */
export const MASK = '*';

/**
 * Formats attributes as `key=value` words, sorted by key. A string is quoted if it contains whitespace or
 * looks like a number or boolean, so that `"1"` and `1` differ.
 *
 * @param masked the attributes with values that are replaced by `*`
 */
export function textOfAttributes(
  attributes: Attributes,
  shown: TextAttributes,
  masked: TextAttributes = false,
): string {
  return Object.entries(attributes)
    .filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined)
    .filter(([key, value]) => isSelected(key, value, shown))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => {
      return `${key}=${isSelected(key, value, masked) ? MASK : textOfValue(value)}`;
    })
    .join(' ');
}

/** Returns the text unchanged if it is one plain word, otherwise in quotes. */
export function quotedIfNeeded(text: string): string {
  const isWord = /^[^\s"'()[\],=]+$/.test(text);
  const looksTyped = /^(true|false|null|[-+]?Infinity|NaN)$/.test(text) || !Number.isNaN(+text);
  return isWord && !looksTyped ? text : JSON.stringify(text);
}

function isSelected(key: string, value: AttributeValue, selected: TextAttributes): boolean {
  if (typeof selected === 'boolean') return selected;
  return typeof selected === 'function' ? selected(key, value) : selected.includes(key);
}

function textOfValue(value: AttributeValue): string {
  if (typeof value === 'string') return quotedIfNeeded(value);
  // JSON has no NaN and no infinite numbers.
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
