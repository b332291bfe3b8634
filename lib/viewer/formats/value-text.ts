import { lineOf } from '../analysis/row-texts.js';
import type { AnyAttributes, AnyValue } from '../analysis/span-record.js';

/** `key=value` of each attribute, by key, on one line. */
export function attributesLine(attributes: AnyAttributes): string {
  return Object.keys(attributes)
    .sort()
    .map((key) => `${lineOf(key)}=${lineOf(valueText(attributes[key] ?? null))}`)
    .join(' ');
}

/** A value in one text: strings with spaces and structures as JSON, bytes as their number. */
export function valueText(value: AnyValue): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return String(part);
    return part instanceof Uint8Array ? `${part.length} bytes` : part;
  });
}
