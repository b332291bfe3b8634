import { describe, expect, it } from '@jest/globals';
import { JsonScanner } from '../../../../lib/viewer/otlp/json-scanner.js';

function scannerOf(text: string): JsonScanner {
  return new JsonScanner(Buffer.from(text));
}

describe('JsonScanner', () => {
  it('reads the members of an object, one by one', () => {
    const scanner = scannerOf(' { "a" : "x" ,\n"b":[1, 2], "c": {} } ');
    const keys: string[] = [];
    scanner.beginObject();
    for (let isFirst = true; scanner.nextMember(isFirst); isFirst = false) {
      keys.push(scanner.textValue() as string);
      scanner.skip();
    }
    expect([keys, scanner.isBroken, scanner.peek()]).toEqual([['a', 'b', 'c'], false, undefined]);
  });

  it.each([
    ['a text', '"ab"', 'ab'],
    ['a text with escapes', '"a\\n\\u00fc\\"\\\\"', 'a\nü"\\'],
    ['a number', '-1.5e3', '-1.5e3'],
    ['a number in quotes', '"17"', '17'],
  ])('reads %s as a scalar', (_, text, value) => {
    expect(scannerOf(text).scalar()).toBe(value);
  });

  it.each([
    ['true', true],
    ['false', false],
    ['null', null],
    ['nul', undefined],
    ['1', undefined],
  ])('reads the word %s', (text, value) => {
    const scanner = scannerOf(text);
    expect(scanner.word()).toBe(value);
    expect(scanner.isBroken).toBe(value === undefined);
  });

  it('skips the byte order mark of editors', () => {
    expect(scannerOf('\ufeff7').scalar()).toBe('7');
  });

  it.each(['"a"', '[]', '{}', '[1,[2,{"a":[{}]}],"]"]', '{"a":{"b":"}"},"c":null}', '-0.5E+2'])(
    'skips %s as JSON.parse reads it',
    (text) => {
      expect(() => JSON.parse(text)).not.toThrow();
      const scanner = scannerOf(`${text} `);
      expect([scanner.skip(), scanner.peek()]).toEqual([true, undefined]);
    },
  );

  it.each([
    '"a',
    '"a\\"',
    '[1',
    '[1,',
    '[1 2]',
    '{"a"}',
    '{"a":}',
    '{"a":1',
    '{1:2}',
    '[}',
    '{"a":1]',
    'nothing',
    '1-2',
    '+1',
    '',
  ])('does not skip %s', (text) => {
    expect(() => JSON.parse(text)).toThrow();
    const scanner = scannerOf(text);
    expect([scanner.skip(), scanner.isBroken]).toEqual([false, true]);
  });

  it('does not skip values that are nested a million deep', () => {
    const scanner = scannerOf('['.repeat(1_000_000));
    expect([scanner.skip(), scanner.isBroken]).toEqual([false, true]);
  });
});
