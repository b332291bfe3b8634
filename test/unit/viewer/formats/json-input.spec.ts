import { describe, expect, it } from '@jest/globals';
import {
  bigintOf,
  countOf,
  defined,
  exactNumber,
  FormatError,
  isObject,
  jsonTexts,
  memberOf,
  objectsIn,
  stringOf,
} from '../../../../lib/viewer/formats/json-input.js';

describe('jsonTexts', () => {
  it('reads one text, or one in each line', () => {
    expect(jsonTexts('{\n"a": 1\n}')).toEqual([{ a: 1 }]);
    expect(jsonTexts('{"a":1}\n\n{"a":2}\r\n')).toEqual([{ a: 1 }, { a: 2 }]);
    expect(jsonTexts('')).toEqual([]);
  });

  it('says which line is no JSON', () => {
    expect(() => jsonTexts('{"a":1}\n{"a":')).toThrow(new FormatError('Line 2 is no JSON'));
  });
});

describe('what JSON has', () => {
  it.each([
    ['12345678901234567890', 12345678901234567890n],
    [-5, -5n],
    ['1.5', undefined],
    [1.5, undefined],
    ['', undefined],
    ['9'.repeat(41), undefined],
    [null, undefined],
  ])('%p is the whole number %p', (value, number) => expect(bigintOf(value)).toBe(number));

  it('is a number where that is exact', () => {
    expect([exactNumber(5n), exactNumber(2n ** 60n)]).toEqual([5, 2n ** 60n]);
  });

  it('is checked for its type', () => {
    expect([isObject({}), isObject([]), isObject(null)]).toEqual([true, false, false]);
    expect([objectsIn([{}, 1, null]), objectsIn({})]).toEqual([[{}], []]);
    expect([stringOf('a'), stringOf(1)]).toEqual(['a', undefined]);
    expect([countOf('3'), countOf(0), countOf(-1), countOf('x')]).toEqual([
      3,
      undefined,
      undefined,
      undefined,
    ]);
    expect(memberOf({ b: 1, c: 2 }, 'a', 'b')).toBe(1);
    expect(memberOf({}, 'toString')).toBeUndefined();
    expect(Object.keys(defined({ a: 1, b: undefined }))).toEqual(['a']);
  });
});
