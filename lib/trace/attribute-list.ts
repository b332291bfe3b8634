import type { Attributes, AttributeValue } from '@opentelemetry/api';

/**
 * Attributes as a flat list: key, value, key, value. Writing six costs a third of what an object
 * with changing keys costs, and an encoder reads them in order without asking for keys.
 */
export type AttributeList = (string | AttributeValue)[];

/** What an element of an array takes beside its text. */
const ELEMENT_LENGTH = 8;

/** Longest array; a sparse one can claim a length of four milliards. */
const MAX_ELEMENTS = 65_536;

/** What became of an attribute that somebody set. */
export const AttributeOutcome = { KEPT: 0, IGNORED: 1, OVER_LIMIT: 2, INVALID: 3 } as const;
export type AttributeOutcome = (typeof AttributeOutcome)[keyof typeof AttributeOutcome];

/**
 * Sets an attribute; a key that is there already gets the new value.
 *
 * `null` and `undefined` are ignored, as "no value". What is no attribute value (objects, functions,
 * symbols, bigints, arrays of mixed types) and keys that are empty or no strings are invalid.
 * Arrays are copied. Spec: `common/README.md#attribute`.
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

/** Where `key` stands in the list; -1 where it does not. */
export function indexOfKey(list: AttributeList, key: string): number {
  for (let i = 0; i < list.length; i += 2) {
    const other = list[i] as string;
    // The lengths first: most keys differ in it, and comparing strings is a call.
    if (other.length === key.length && other === key) return i;
  }
  return -1;
}

/** The UTF-16 code units of a text; of an array those of its texts, and eight for each element. */
export function textLengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (!Array.isArray(value)) return 0;
  let length = value.length * ELEMENT_LENGTH;
  for (const element of value) if (typeof element === 'string') length += element.length;
  return length;
}

/** The list in the form of the API, made for those who ask. */
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

/** Copies what may be kept of `attributes` into a new list, and counts the rest. */
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

/** A copy of attributes of which some cannot be read, such as getters that throw: those become invalid. */
export function toReadable(attributes: Attributes): Attributes {
  const readable: Record<string, unknown> = Object.create(null);
  try {
    for (const key of Object.keys(attributes)) readable[key] = readValue(attributes, key);
  } catch {
    // Without its keys nothing is known of it: it counts as one attribute, whose key is invalid.
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

/** What is kept of a value; undefined for what is no attribute value. */
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
 * A copy of the array if its elements are of one primitive type; null and undefined may be between.
 * Undefined too if it is too long, or cannot be read as some proxies cannot.
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
    // Asked before going deeper: an array may hold itself.
    if (typeof value !== type || type === 'object') return undefined;
    copy.push(toAttributeValue(value, lengthLimit));
  }
  const isKnown =
    type === undefined || type === 'string' || type === 'number' || type === 'boolean';
  return isKnown ? (copy as AttributeValue) : undefined;
}

/** At most `length` code units of `text`, without half a surrogate pair at the end. */
function truncate(text: string, length: number): string {
  if (length === 0) return '';
  const last = text.charCodeAt(length - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHighSurrogate ? length - 1 : length);
}
