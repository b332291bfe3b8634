import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { AttributeList } from '../context/index.js';

/** Size of an array element without its string. */
const ELEMENT_LENGTH = 8;

/** Maximum length of an array; a sparse array can claim a length of four billion. */
const MAX_ELEMENTS = 65_536;

/** The result of setting an attribute. */
export const AttributeOutcome = { KEPT: 0, IGNORED: 1, OVER_LIMIT: 2, INVALID: 3 } as const;
export type AttributeOutcome = (typeof AttributeOutcome)[keyof typeof AttributeOutcome];

/**
 * Sets an attribute, and replaces the value of an existing key.
 *
 * `null` and `undefined` mean "no value" and are ignored. Invalid are objects, functions, symbols,
 * bigints, arrays of mixed types, and keys that are empty or not strings. Arrays are copied. Spec: `common/README.md#attribute`.
 */
export function putAttribute(
  list: AttributeList,
  key: string,
  value: unknown,
  countLimit: number,
  lengthLimit: number,
): AttributeOutcome {
  if (value === null || value === undefined) return AttributeOutcome.IGNORED;
  if (typeof key !== 'string' || key === '') return AttributeOutcome.INVALID;
  const kept = toAttributeValue(value, lengthLimit);
  if (kept === undefined) return AttributeOutcome.INVALID;
  const index = indexOfKey(list, key);
  if (index >= 0) {
    list[index + 1] = kept;
    return AttributeOutcome.KEPT;
  }
  if (list.length >= countLimit * 2) return AttributeOutcome.OVER_LIMIT;
  list.push(key, kept);
  return AttributeOutcome.KEPT;
}

/** Returns the index of `key` in the list, or -1. */
export function indexOfKey(list: AttributeList, key: string): number {
  for (let i = 0; i < list.length; i += 2) {
    const other = list[i] as string;
    // Compare lengths first: most keys differ in length, and comparing strings is a call.
    if (other.length === key.length && other === key) return i;
  }
  return -1;
}

/** The UTF-16 code units of a string; for an array those of its strings, and eight for each element. */
export function textLengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (!Array.isArray(value)) return 0;
  let length = value.length * ELEMENT_LENGTH;
  for (const element of value) if (typeof element === 'string') length += element.length;
  return length;
}

/** Converts the list into an attributes object of the API. */
export function toAttributes(list: AttributeList | undefined): Attributes {
  const attributes: Attributes = {};
  if (list === undefined) return attributes;
  for (let i = 0; i < list.length; i += 2) {
    const key = list[i] as string;
    if (key === '__proto__') Object.defineProperty(attributes, key, ownProperty(list[i + 1]));
    else attributes[key] = list[i + 1];
  }
  return attributes;
}

function ownProperty(value: unknown): PropertyDescriptor {
  return { configurable: true, enumerable: true, writable: true, value };
}

/** Copies valid attributes into a new list, within the limits, and counts the others. */
export function toAttributeList(
  attributes: Attributes,
  countLimit: number,
  lengthLimit: number,
): { list: AttributeList; droppedCount: number; invalidCount: number } {
  const list: AttributeList = [];
  let droppedCount = 0;
  let invalidCount = 0;
  try {
    for (const key in attributes) {
      if (!Object.hasOwn(attributes, key)) continue;
      const outcome = putAttribute(list, key, attributes[key], countLimit, lengthLimit);
      if (outcome >= AttributeOutcome.OVER_LIMIT) droppedCount++;
      if (outcome === AttributeOutcome.INVALID) invalidCount++;
    }
  } catch {
    return toAttributeList(toReadable(attributes), countLimit, lengthLimit);
  }
  return { list, droppedCount, invalidCount };
}

/** Copies attributes with values that cannot be read, such as getters that throw; these become invalid. */
export function toReadable(attributes: Attributes): Attributes {
  const readable: Record<string, unknown> = Object.create(null);
  try {
    for (const key of Object.keys(attributes)) readable[key] = readValue(attributes, key);
  } catch {
    // The keys cannot be listed: count the whole object as one attribute with an invalid key.
    readable[''] = UNREADABLE;
  }
  return readable as Attributes;
}

function readValue(attributes: Attributes, key: string): unknown {
  try {
    return attributes[key];
  } catch {
    return UNREADABLE;
  }
}

const UNREADABLE = Symbol('unreadable');

/** Returns the value to store, cut to the length limit; undefined if it is not an attribute value. */
export function toAttributeValue(value: unknown, lengthLimit: number): AttributeValue | undefined {
  switch (typeof value) {
    case 'string':
      return value.length > lengthLimit ? truncate(value, lengthLimit) : value;
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      return Array.isArray(value) ? toArrayValue(value, lengthLimit) : undefined;
    default:
      return undefined;
  }
}

/**
 * Copies an array with elements of one primitive type; null and undefined are allowed as elements.
 * Returns undefined for other arrays, arrays that are too long, and proxies that throw.
 */
function toArrayValue(values: unknown[], lengthLimit: number): AttributeValue | undefined {
  try {
    return values.length > MAX_ELEMENTS ? undefined : copyOf(values, lengthLimit);
  } catch {
    return undefined;
  }
}

function copyOf(values: unknown[], lengthLimit: number): AttributeValue | undefined {
  let type: string | undefined;
  const copy: unknown[] = [];
  for (const value of values) {
    if (value === null || value === undefined) {
      copy.push(null);
      continue;
    }
    type ??= typeof value;
    // Check before recursion: an array can contain itself.
    if (typeof value !== type || type === 'object') return undefined;
    copy.push(toAttributeValue(value, lengthLimit));
  }
  const isKnown =
    type === undefined || type === 'string' || type === 'number' || type === 'boolean';
  return isKnown ? (copy as AttributeValue) : undefined;
}

/** Returns at most `length` code units of `text`, and never splits a surrogate pair. */
function truncate(text: string, length: number): string {
  if (length === 0) return '';
  const last = text.charCodeAt(length - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHighSurrogate ? length - 1 : length);
}
