import { describe, expect, it } from '@jest/globals';
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { AttributeList } from '../../../lib/context/index.js';
import {
  AttributeOutcome,
  putAttribute,
  toAttributeList,
  toAttributes,
} from '../../../lib/trace/attribute-list.js';

const { KEPT, IGNORED, OVER_LIMIT, INVALID } = AttributeOutcome;
const put = (list: AttributeList, key: unknown, value: unknown, count = 128, length = Infinity) =>
  putAttribute(list, key as string, value, count, length);

describe('putAttribute', () => {
  it.each<[string, unknown]>([
    ['a string', 'text'],
    ['an empty string', ''],
    ['a number', 1.5],
    ['zero', 0],
    ['NaN', Number.NaN],
    ['false', false],
    ['an empty array', []],
    ['strings', ['a', 'b']],
    ['numbers', [1, 2]],
    ['booleans', [true, false]],
    ['an array with gaps', ['a', null, 'b']],
    ['an array of nothing', [null, null]],
  ])('keeps %s', (_, value) => {
    const list: AttributeList = [];
    expect(put(list, 'key', value)).toBe(KEPT);
    expect(list).toEqual(['key', value]);
  });

  it('keeps undefined inside an array as null, and holes too', () => {
    const list: AttributeList = [];
    // biome-ignore lint/suspicious/noSparseArray: a hole is what this is about
    expect(put(list, 'key', ['a', undefined, , 'b'])).toBe(KEPT);
    expect(list).toEqual(['key', ['a', null, null, 'b']]);
  });

  const cyclic: unknown[] = [];
  cyclic.push(cyclic);

  it.each<[string, unknown]>([
    ['an object', { id: 1 }],
    ['a date', new Date(0)],
    ['a function', () => {}],
    ['a symbol', Symbol('x')],
    ['a bigint', 1n],
    ['a mixed array', ['a', 1]],
    ['an array of objects', [{ id: 1 }]],
    ['an array of arrays', [['a'], ['b']]],
    ['an array of symbols', [Symbol('x')]],
    ['an array that holds itself', cyclic],
    ['a typed array', new Uint8Array([1])],
  ])('refuses %s', (_, value) => {
    const list: AttributeList = [];
    expect(put(list, 'key', value)).toBe(INVALID);
    expect(list).toEqual([]);
  });

  it.each([[null], [undefined]])('takes %p for no value', (value) => {
    const list: AttributeList = ['key', 'before'];
    expect(put(list, 'key', value)).toBe(IGNORED);
    expect(list).toEqual(['key', 'before']);
  });

  it.each([[''], [7], [Symbol('x')], [undefined]])('refuses the key %p', (key) => {
    expect(put([], key, 'value')).toBe(INVALID);
  });

  it('replaces the value of a key that is there, in its place', () => {
    const list: AttributeList = ['a', 1, 'b', 2];
    expect(put(list, 'a', 'new')).toBe(KEPT);
    expect(list).toEqual(['a', 'new', 'b', 2]);
  });

  it('does not take a value for a key', () => {
    const list: AttributeList = ['a', 'b'];
    expect(put(list, 'b', 1)).toBe(KEPT);
    expect(list).toEqual(['a', 'b', 'b', 1]);
  });

  it('copies arrays', () => {
    const list: AttributeList = [];
    const values = ['a'];
    put(list, 'key', values);
    values.push('b');
    expect(list).toEqual(['key', ['a']]);
  });

  it('keeps the first ones where there are too many, but replaces those', () => {
    const list: AttributeList = [];
    expect(put(list, 'a', 1, 2)).toBe(KEPT);
    expect(put(list, 'b', 2, 2)).toBe(KEPT);
    expect(put(list, 'c', 3, 2)).toBe(OVER_LIMIT);
    expect(put(list, 'b', 4, 2)).toBe(KEPT);
    expect(list).toEqual(['a', 1, 'b', 4]);
  });

  it('keeps none where the limit is 0', () => {
    expect(put([], 'a', 1, 0)).toBe(OVER_LIMIT);
  });

  it.each<[number, string, string]>([
    [3, 'abcd', 'abc'],
    [4, 'abcd', 'abcd'],
    [0, 'abcd', ''],
    [0, '', ''],
    [2, 'a😀b', 'a'],
    [3, 'a😀b', 'a😀'],
    [1, '😀', ''],
    [1, '\udc00\udc00', '\udc00'],
  ])('cuts at %p code units: %p', (length, text, cut) => {
    const list: AttributeList = [];
    put(list, 'key', text, 128, length);
    put(list, 'keys', [text], 128, length);
    expect(list).toEqual(['key', cut, 'keys', [cut]]);
  });

  it('does not cut keys, numbers and booleans', () => {
    const list: AttributeList = [];
    put(list, 'long key', 123_456, 128, 1);
    put(list, 'other key', true, 128, 1);
    expect(list).toEqual(['long key', 123_456, 'other key', true]);
  });
});

describe('toAttributes', () => {
  it('makes an object, in order', () => {
    expect(Object.entries(toAttributes(['b', 1, 'a', ['x']]))).toEqual([
      ['b', 1],
      ['a', ['x']],
    ]);
  });

  it('makes an empty object of no list, a new one each time', () => {
    expect(toAttributes(undefined)).toEqual({});
    expect(toAttributes(undefined)).not.toBe(toAttributes(undefined));
  });

  it('keeps a key that names the prototype an ordinary key', () => {
    const attributes = toAttributes(['__proto__', ['x']]);
    expect(Object.entries(attributes)).toEqual([['__proto__', ['x']]]);
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype);
  });
});

describe('toAttributeList', () => {
  it('copies what may be kept and counts the rest', () => {
    const attributes = { a: 1, nothing: null, bad: {}, '': 1, b: 'long', c: 3 };
    expect(toAttributeList(attributes as unknown as Attributes, 2, 2)).toEqual({
      list: ['a', 1, 'b', 'lo'],
      droppedCount: 3,
      invalidCount: 2,
    });
  });

  it('takes own attributes only', () => {
    const attributes = Object.create({ inherited: 1 }) as Record<string, AttributeValue>;
    attributes.own = 2;
    expect(toAttributeList(attributes, 9, 9).list).toEqual(['own', 2]);
  });
});
