import { types } from 'node:util';
import type { AttributeValue, LocalSpan } from '../context/index.js';
import { parameterNames } from './parameter-names.js';
import type { RecordedArguments } from './traced-options.js';

/** An argument that is recorded, and the key of its attribute. */
export interface RecordedArgument {
  readonly index: number;
  readonly key: string;
}

/** For all arguments of a call. */
const MAX_ATTRIBUTES = 32;
/** In UTF-16 code units. */
const MAX_TEXT_LENGTH = 256;
/** Elements of an array, and of an object that the argument contains. */
const MAX_ELEMENTS = 16;
/** 1 is a value of an object, 2 a value of an object in it. */
const MAX_DEPTH = 3;

/** Returns the arguments that the option `recordArguments` selects. */
export function recordedArguments(
  option: RecordedArguments | undefined,
  method: object,
): RecordedArgument[] {
  if (option === undefined || option === false) return [];
  if (option !== true && option.some((entry) => typeof entry !== 'number')) {
    return option.flatMap((name, index) => (name === null ? [] : [{ index, key: keyOf(name) }]));
  }
  const names = parameterNames(method);
  if (option !== true) {
    return option.map((entry) => {
      const index = entry as number;
      return { index, key: keyOf(names[index] ?? index) };
    });
  }
  return names.flatMap((name, index) => (name === undefined ? [] : [{ index, key: keyOf(name) }]));
}

function keyOf(name: string | number): string {
  return `argument.${name}`;
}

/**
 * Records arguments as attributes. Objects become an attribute for each value in them, so that redaction sees
 * the keys of the values. Runs no getter, no method and no trap of the arguments.
 */
export function recordArguments(
  span: LocalSpan,
  recorded: readonly RecordedArgument[],
  args: ArrayLike<unknown>,
): void {
  let left = MAX_ATTRIBUTES;
  for (const { index, key } of recorded) {
    if (left === 0) return;
    left = recordValue(span, key, args[index], left, 0);
  }
}

/** @returns how many more attributes may be set */
function recordValue(
  span: LocalSpan,
  key: string,
  value: unknown,
  left: number,
  depth: number,
): number {
  if (left === 0) return 0;
  const plain = plainValue(value);
  if (plain !== undefined) {
    span.setAttribute(key, plain);
    return left - 1;
  }
  if (typeof value !== 'object' || value === null || depth === MAX_DEPTH) return left;
  if (types.isProxy(value)) return left;
  return Array.isArray(value)
    ? recordArray(span, key, value, left, depth)
    : recordObject(span, key, value, left, depth);
}

function recordArray(
  span: LocalSpan,
  key: string,
  array: readonly unknown[],
  left: number,
  depth: number,
): number {
  const length = Math.min(array.length, MAX_ELEMENTS);
  const elements: unknown[] = [];
  for (let index = 0; index < length; index++) elements.push(dataOf(array, String(index)));
  const plain = elements.map(plainValue);
  const type = typeof plain[0];
  if (type !== 'undefined' && plain.every((element) => typeof element === type)) {
    span.setAttribute(key, plain as AttributeValue);
    return left - 1;
  }
  let remaining = left;
  elements.forEach((element, index) => {
    remaining = recordValue(span, `${key}.${index}`, element, remaining, depth + 1);
  });
  return remaining;
}

function recordObject(
  span: LocalSpan,
  key: string,
  object: object,
  left: number,
  depth: number,
): number {
  if (!isData(object)) return left;
  let remaining = left;
  for (const name of Object.keys(object).slice(0, MAX_ELEMENTS)) {
    // Longer names are data, not names.
    if (name.length > 64) continue;
    remaining = recordValue(span, `${key}.${name}`, dataOf(object, name), remaining, depth + 1);
  }
  return remaining;
}

/** @returns undefined for values that are not recorded as one attribute */
function plainValue(value: unknown): string | number | boolean | undefined {
  switch (typeof value) {
    case 'string':
      return cut(value);
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return cut(String(value));
    case 'object':
      return value !== null && types.isDate(value) ? isoText(value) : undefined;
    default:
      return undefined;
  }
}

function isoText(date: Date): string | undefined {
  const millis = Date.prototype.getTime.call(date);
  return Number.isNaN(millis) ? undefined : Date.prototype.toISOString.call(date);
}

/** Not between the two halves of a character. */
function cut(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  const last = text.charCodeAt(MAX_TEXT_LENGTH - 2);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, MAX_TEXT_LENGTH - (isHalf ? 2 : 1))}…`;
}

/** Undefined for an accessor. */
function dataOf(object: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

/**
 * True for object literals and for instances of classes without methods, such as those that describe the body of
 * a request. An object with methods, such as a request, a connection or a service, is more than its values.
 */
function isData(object: object): boolean {
  let prototype: object | null = Object.getPrototypeOf(object);
  while (prototype !== null) {
    if (types.isProxy(prototype)) return false;
    const next: object | null = Object.getPrototypeOf(prototype);
    // The last one is `Object.prototype`, of this realm or another one.
    if (next === null) return Object.hasOwn(prototype, 'isPrototypeOf');
    if (Object.getOwnPropertyNames(prototype).some((name) => name !== 'constructor')) return false;
    prototype = next;
  }
  return true;
}
