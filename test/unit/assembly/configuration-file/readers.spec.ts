import { describe, expect, it } from '@jest/globals';
import { SubstitutedText } from '../../../../lib/assembly/configuration-file/configuration-tree.js';
import {
  choice,
  component,
  count,
  flag,
  lacking,
  list,
  object,
  type Reader,
  ratio,
  required,
  requiredOrNull,
  section,
  text,
  timeout,
} from '../../../../lib/assembly/configuration-file/readers.js';
import { messageOf, placeInFile } from './configuration-files.js';

const read = <T>(reader: Reader<T>, value: unknown, facts = {}): T =>
  reader(value, placeInFile(facts));

/** Values of every type that a file can have. */
const EVERYTHING = [null, true, 0, -1, 1.5, Number.NaN, '', 'x', [], [1], {}, { a: 1 }];

describe('readers of scalars', () => {
  it.each<[string, Reader<unknown>, unknown[]]>([
    ['text', text, ['', 'x']],
    ['flag', flag, [true]],
    ['count', count(0), [0]],
    ['timeout', timeout, [0]],
    ['ratio', ratio, [0]],
    ['choice', choice(['x']), ['x']],
    ['object', object({ a: (value) => value }), [null, {}, { a: 1 }]],
    ['list', list((value) => value), [[1]]],
  ])('%s takes nothing of another type', (_, reader, taken) => {
    const accepted = EVERYTHING.filter((value) => {
      try {
        read(reader, value);
        return true;
      } catch (error) {
        expect((error as Error).name).toBe('TracingConfigError');
        return false;
      }
    });
    expect(accepted).toEqual(taken);
  });

  it('take the type that they need of a string in JSON', () => {
    const replaced = new SubstitutedText('1');
    expect([read(text, replaced), read(count(0), replaced), read(ratio, replaced)]).toEqual([
      '1',
      1,
      1,
    ]);
    expect(read(flag, new SubstitutedText('true'))).toBe(true);
    expect(read(object({ a: text }), { a: new SubstitutedText('') })).toEqual({});
    expect(() => read(object({}), new SubstitutedText('x'))).toThrow('must be an object');
  });

  it('keep their range', () => {
    expect(messageOf(() => read(count(1, 10), 11))).toMatch(
      /must be a whole number from 1 to 10, but it is the number 11/,
    );
    expect(read(timeout, 0)).toBe(2 ** 31 - 1);
    expect(read(timeout, 5)).toBe(5);
  });

  it('note names that only the specification has', () => {
    const lackingHere = new Set<string>();
    expect(read(choice(['a'], ['b']), 'b', { lacking: lackingHere })).toBeUndefined();
    expect(lackingHere.size).toBe(1);
    expect(messageOf(() => read(choice(['a'], ['b']), 'c'))).toMatch(/must be one of a, b/);
  });
});

describe('object', () => {
  const reader = object({ a: count(0), b: required(text), c: requiredOrNull(text) });

  it('reads its fields; what is null counts as missing', () => {
    expect(read(reader, { a: null, b: 'x', c: null })).toEqual({ b: 'x' });
  });

  it.each([
    [{ c: null }, /otel\.yaml, b must be set, but it is missing/],
    [{ b: null, c: null }, /b must be set, but it is empty/],
    [{ b: 'x' }, /c must be set, but it is missing/],
    [null, /b must be set/],
  ])('misses what %j lacks', (value, expected) => {
    expect(messageOf(() => read(reader, value))).toMatch(expected);
  });

  it('reads a section that is null', () => {
    const sections = object({ s: section(object({ a: required(text) })) });
    expect(read(sections, {})).toEqual({});
    expect(messageOf(() => read(sections, { s: null }))).toMatch(/s\.a must be set/);
  });

  it('refuses unknown fields, and says which it knows', () => {
    expect(messageOf(() => read(reader, { b: 'x', d: 1 }))).toMatch(
      /otel\.yaml, d must be a setting of file format 1\.1, but it is unknown\. Known here: a, b, c\./,
    );
    expect(messageOf(() => read(object({}), { toString: 1 }))).toMatch(/toString must be/);
    expect(() => read(object({}), JSON.parse('{"__proto__": 1}'))).toThrow('__proto__ must be');
  });

  it('only notes unknown fields that are experimental, or of a later version', () => {
    const place = placeInFile();
    object({})({ 'x/development': 1, 'y/beta': 2 }, place);
    expect([...place.facts.lacking]).toEqual(['x/development', 'y/beta']);
    const newer = placeInFile({ isNewer: true });
    object({})({ x: 1 }, newer);
    expect([...newer.facts.lacking]).toEqual(['x']);
  });
});

describe('component', () => {
  const reader = component('fruit', { apple: object({}), pear: lacking }, 'Bring your own.');

  it('reads the one that is named, also if it has no settings', () => {
    expect(read(reader, { apple: null })).toEqual({});
    expect(read(reader, { pear: { any: 1 } })).toBeUndefined();
  });

  it.each([
    [{}, /must name exactly one fruit, but it is empty\. Write one of apple, pear/],
    [null, /must name exactly one fruit/],
    [{ apple: null, pear: null }, /a list of 2 names: apple, pear/],
    [
      { plum: null },
      /must name a fruit that this library has: apple, pear, but it is "plum"\. Bring your own\./,
    ],
    [{ constructor: null }, /but it is "constructor"/],
    ['apple', /must be an object, but it is "apple"/],
  ])('refuses %j', (value, expected) => {
    expect(messageOf(() => read(reader, value))).toMatch(expected);
  });
});

describe('list', () => {
  it('has at least one item, and says which one is wrong', () => {
    expect(read(list(count(0)), [1, 2])).toEqual([1, 2]);
    expect(messageOf(() => read(list(count(0)), []))).toMatch(/at least one item/);
    expect(messageOf(() => read(list(count(0)), [1, 'x']))).toMatch(/\[1\] must be a whole number/);
  });
});
