import { SubstitutedText } from './configuration-tree.js';
import type { Place } from './place.js';
import { resolvePlainScalar } from './substitution.js';

/**
 * Reads the value at a place of a configuration file. Never called for a missing value.
 *
 * @throws TracingConfigError for a value that cannot stand there
 */
export type Reader<T> = (value: unknown, place: Place) => T;

type ReadOf<R> = R extends Reader<infer T> ? T : never;
interface Required<T> {
  readonly required: Reader<T>;
  /** Whether null is allowed, which is then undefined. */
  readonly isNullable?: true;
}
interface Section<T> {
  readonly section: Reader<T>;
}
type Field<T> = Reader<T> | Required<T> | Section<T>;
type Fields = Readonly<Record<string, Field<unknown>>>;
type ObjectOf<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Required<infer T>
    ? T
    : (F[K] extends Section<infer T> ? T : ReadOf<F[K]>) | undefined;
};

/** The largest integer that the specification requires, and the longest delay of Node's timers. */
const MAX_INTEGER = 2 ** 31 - 1;

/** A setting that must be in the file. */
export function required<T>(reader: Reader<T>): Required<T> {
  return { required: reader };
}

/** A setting that must be in the file, and can be null: then it is undefined. */
export function requiredOrNull<T>(reader: Reader<T>): Required<T | undefined> {
  return { required: reader, isNullable: true };
}

/** A setting that is read also if it is null. */
export function section<T>(reader: Reader<T>): Section<T> {
  return { section: reader };
}

/**
 * An object with these fields; null counts as an object without fields, and a field that is null as missing.
 * Unknown fields are errors, but for experimental ones and those of a file for a later version, which are noted
 * as lacking.
 */
export function object<F extends Fields>(fields: F): Reader<ObjectOf<F>> {
  const known = Object.keys(fields);
  return (value, place) => {
    const given = checkObject(value, place);
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(fields, name)) noteUnknown(name, known, place);
    }
    const read = Object.entries(fields).map(([name, field]) => {
      const found = Object.hasOwn(given, name) ? given[name] : undefined;
      return [name, readField(field, found, place.property(name))];
    });
    return Object.fromEntries(read) as ObjectOf<F>;
  };
}

function readField<T>(field: Field<T>, value: unknown, place: Place): T | undefined {
  const isMissing = value === undefined || plainOf(value) === null;
  if (typeof field === 'function') return isMissing ? undefined : field(value, place);
  if ('section' in field) return value === undefined ? undefined : field.section(value, place);
  if (!isMissing) return field.required(value, place);
  if (value !== undefined && field.isNullable) return undefined;
  const received = value === undefined ? 'missing' : 'empty';
  throw place.error('must be set', received, 'Add it to the file.');
}

/**
 * An object with exactly one field, whose name says what it is: `{ otlp_http: { … } }`.
 *
 * @param what in words, for messages: `a span exporter`
 * @param inCode what the user can do for a name that the library does not have
 */
export function component<T>(
  what: string,
  kinds: Readonly<Record<string, Reader<T>>>,
  inCode: string,
): Reader<T> {
  return (value, place) => {
    const names = Object.keys(checkObject(value, place));
    const [name = ''] = names;
    if (names.length !== 1) {
      throw place.error(
        `must name exactly one ${what}`,
        names.length === 0
          ? 'empty'
          : `a list of ${names.length} names: ${names.join(', ').slice(0, 200)}`,
        `Write one of ${Object.keys(kinds).join(', ')}.`,
      );
    }
    const reader = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (reader !== undefined) {
      return reader((value as Record<string, unknown>)[name], place.property(name));
    }
    throw place.error(
      `must name a ${what} that this library has: ${Object.keys(kinds).join(', ')}`,
      JSON.stringify(name.slice(0, 100)),
      inCode,
    );
  };
}

/** What the specification has and this library has not: noted for the warning, and without effect. */
export const lacking: Reader<undefined> = (_, place) => {
  place.lacks();
  return undefined;
};

/** An array with at least one item. */
export function list<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value) || value.length === 0) {
      throw place.error(
        'must be an array with at least one item',
        describe(value),
        'Correct it, or remove it from the file.',
      );
    }
    return value.map((item, index) => reader(item, place.item(index)));
  };
}

export const text: Reader<string> = (value, place) => {
  const plain = value instanceof SubstitutedText ? value.text : value;
  if (typeof plain === 'string') return plain;
  throw place.error('must be a string', describe(plain), 'Put it in quotes.');
};

export const flag: Reader<boolean> = (value, place) => {
  const plain = plainOf(value);
  if (typeof plain === 'boolean') return plain;
  throw place.error('must be true or false', describe(plain), 'Write it without quotes.');
};

/** A whole number from `min` to `max`. */
export function count(min: number, max = MAX_INTEGER): Reader<number> {
  return number(`a whole number from ${min} to ${max}`, (value) => {
    return Number.isInteger(value) && value >= min && value <= max;
  });
}

/** Whole milliseconds; zero means no limit, and is the longest delay of Node's timers. */
export const timeout: Reader<number> = (value, place) => {
  const millis = count(0)(value, place);
  return millis === 0 ? MAX_INTEGER : millis;
};

export const ratio = number('a number from 0 to 1', (value) => value >= 0 && value <= 1);

function number(what: string, isValid: (value: number) => boolean): Reader<number> {
  return (value, place) => {
    const plain = plainOf(value);
    if (typeof plain === 'number' && isValid(plain)) return plain;
    throw place.error(
      `must be ${what}`,
      describe(plain),
      'Correct it without quotes, or remove it for the default.',
    );
  };
}

/** One of the names; the others of the specification, `lackingNames`, are noted as lacking. */
export function choice<T extends string>(
  names: readonly T[],
  lackingNames: readonly string[] = [],
): Reader<T | undefined> {
  return (value, place) => {
    const name = text(value, place);
    const found = names.find((known) => known === name);
    if (found !== undefined) return found;
    if (lackingNames.includes(name)) return lacking(value, place);
    throw place.error(
      `must be one of ${[...names, ...lackingNames].join(', ')}`,
      describe(name),
      'Correct it, or remove it for the default.',
    );
  };
}

/** A value in words. Only the type of what can hold a secret is told. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return `an array of ${value.length} items`;
  if (typeof value === 'object') return 'an object';
  if (typeof value !== 'string') return `the ${typeof value} ${String(value)}`;
  return value.length > 100 ? `a string of ${value.length} characters` : JSON.stringify(value);
}

/** The value of a scalar where a string of JSON is not meant as a text. */
export function plainOf(value: unknown): unknown {
  return value instanceof SubstitutedText ? resolvePlainScalar(value.text) : value;
}

function checkObject(value: unknown, place: Place): Readonly<Record<string, unknown>> {
  if (value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value) && !(value instanceof SubstitutedText)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw place.error('must be an object', describe(value), 'Write its settings below it.');
}

function noteUnknown(name: string, known: readonly string[], place: Place): void {
  const unknown = place.property(name);
  if (place.facts.isNewer || /\/(development|alpha|beta)$/.test(name)) {
    unknown.lacks();
    return;
  }
  throw unknown.error(
    'must be a setting of file format 1.1',
    'unknown',
    known.length === 0
      ? 'Remove it.'
      : `Known here: ${known.join(', ')}. Correct it, or remove it.`,
  );
}
