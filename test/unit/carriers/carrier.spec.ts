import { describe, expect, it } from '@jest/globals';
import { defaultTextMapGetter } from '@opentelemetry/api';
import { readFirst, readList, readOnly, trim } from '../../../lib/carriers/carrier.js';

const NO_TEXT = [undefined, null, 1, true, {}, Buffer.from('a'), Symbol('a'), [], [1], [null]];

describe('readOnly', () => {
  it.each<[unknown, string | undefined]>([
    ['a', 'a'],
    ['', ''],
    [['a'], 'a'],
    [['a', 'a'], undefined],
  ])('reads %j as %j', (value, expected) => {
    expect(readOnly({ field: value }, defaultTextMapGetter, 'field')).toBe(expected);
  });
});

describe('readFirst', () => {
  it.each<[unknown, string | undefined]>([
    ['a', 'a'],
    [' a\t', 'a'],
    ['a, b', 'a'],
    ['', ''],
    [',b', ''],
    [['a', 'b'], 'a'],
    [['a,b'], 'a'],
    [[1, 'b'], undefined],
  ])('rule 52: reads %j as %j', (value, expected) => {
    expect(readFirst({ field: value }, defaultTextMapGetter, 'field')).toBe(expected);
  });
});

describe('readList', () => {
  it.each<[unknown, string | undefined]>([
    ['a', 'a'],
    [['a'], 'a'],
    [['a', 'b'], 'a,b'],
    [['a', 2, null, 'b'], 'a,b'],
  ])('rule 20: reads %j as %j', (value, expected) => {
    expect(readList({ field: value }, defaultTextMapGetter, 'field')).toBe(expected);
  });
});

describe.each([
  ['readOnly', readOnly],
  ['readFirst', readFirst],
  ['readList', readList],
])('%s', (_name, read) => {
  it.each(NO_TEXT)('gives undefined for a field that holds no text (case %#)', (value) => {
    expect(read({ field: value }, defaultTextMapGetter, 'field')).toBeUndefined();
  });
});

describe('trim', () => {
  it.each([
    ['a', 'a'],
    [' \ta b\t ', 'a b'],
    [' ', ''],
    ['\na\n', '\na\n'],
    ['\u00a0a', '\u00a0a'],
  ])('takes only spaces and tabs from %j', (text, expected) => {
    expect(trim(text)).toBe(expected);
  });
});
