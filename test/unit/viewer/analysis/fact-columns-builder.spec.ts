import { beforeEach, describe, expect, it } from '@jest/globals';
import { FactColumnsBuilder } from '../../../../lib/viewer/analysis/fact-columns-builder.js';
import { Fact, NO_FACT } from '../../../../lib/viewer/analysis/facts.js';
import { StringTable } from '../../../../lib/viewer/analysis/string-table.js';

let strings: StringTable;
let builder: FactColumnsBuilder;

beforeEach(() => {
  strings = new StringTable();
  builder = new FactColumnsBuilder(strings);
});

function endedValue(fact: Fact, row = 0): string | number | undefined {
  builder.endRow();
  const value = builder.build().valueOf(row, fact);
  return value === NO_FACT ? undefined : value;
}

describe('FactColumnsBuilder', () => {
  it('takes the newer name of an attribute, whichever comes first', () => {
    builder.addAttribute('http.method', 'GET');
    builder.addAttribute('http.request.method', 'POST');
    builder.addAttribute('http.status_code', 200);
    expect(strings.strings[endedValue(Fact.HTTP_METHOD) as number]).toBe('POST');
    builder.addAttribute('http.response.status_code', 201);
    builder.addAttribute('http.status_code', 500);
    expect(endedValue(Fact.HTTP_STATUS, 1)).toBe(201);
  });

  it.each([
    [200, 200],
    ['200', 200],
    [200n, 200],
    [-1, undefined],
    [1.5, undefined],
    ['', undefined],
    ['many', undefined],
    [2 ** 32, undefined],
    [{}, undefined],
  ])('reads the number %p as %p', (value, number) => {
    builder.addAttribute('http.response.status_code', value);
    expect(endedValue(Fact.HTTP_STATUS)).toBe(number);
  });

  it.each([
    ['x', 'x'],
    [42, '42'],
    [['a', 'b'], 'a, b'],
    ['', undefined],
    [[], undefined],
    [null, undefined],
    [new Uint8Array(2), undefined],
  ])('reads the text %p as %p', (value, text) => {
    builder.addAttribute('error.type', value);
    const index = endedValue(Fact.ERROR_TYPE) as number | undefined;
    expect(index === undefined ? undefined : strings.strings[index]).toBe(text);
  });

  it('passes over attributes that are no fact', () => {
    builder.addAttribute('user.id', 7);
    builder.endRow();
    expect(builder.build().facts).toHaveLength(0);
  });

  it('keeps the facts of rows apart', () => {
    builder.addAttribute('error.type', 'A');
    builder.endRow();
    builder.endRow();
    builder.addAttribute('error.type', 'B');
    builder.endRow();
    const facts = builder.build();
    expect([0, 1, 2].map((row) => facts.valueOf(row, Fact.ERROR_TYPE))).toEqual([0, NO_FACT, 1]);
  });
});
