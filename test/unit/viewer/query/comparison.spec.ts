import { describe, expect, it } from '@jest/globals';
import type { AnyValue } from '../../../../lib/viewer/analysis/span-record.js';
import { comparisonOf } from '../../../../lib/viewer/query/comparison.js';
import { parseQuery, type QueryTerm } from '../../../../lib/viewer/query/parse.js';

/** Whether a value fits the term of a query, such as `size>=3`. */
function fits(text: string, value: AnyValue): boolean {
  const { query } = parseQuery(text);
  return comparisonOf(query as QueryTerm)(value);
}

describe('a comparison', () => {
  it.each<[string, AnyValue, boolean]>([
    ['user:ann', 'Joanna', true],
    ['user:ann', 'bob', false],
    ['user=Joanna', 'joanna', false],
    ['size=3', 3, true],
    ['size=3', '3.0', true],
    ['size=3', 3n, true],
    ['size!=3', 3, false],
    ['size!=3', 4, true],
    ['size<3', 2.5, true],
    ['size<=3', '3', true],
    ['size>3', '', false],
    ['size>3', 'many', false],
    ['size>=3', 2n ** 60n, true],
    ['duration:3ms', 3e6, true],
    ['duration:3ms', 30e6, false],
    ['name~"^GET"', 'GET /orders', true],
    ['name~"^GET"', 'POST /orders', false],
  ])('%s and %p: %p', (text, value, expected) => {
    expect(fits(text, value)).toBe(expected);
  });

  it('needs one element of a list, and none for !=', () => {
    expect(fits('tag=red', ['blue', 'red'])).toBe(true);
    expect(fits('tag=red', ['blue'])).toBe(false);
    expect(fits('tag!=red', ['blue', 'red'])).toBe(false);
    expect(fits('tag!=red', [])).toBe(true);
  });

  it('tests patterns against the beginning of a long text only', () => {
    const text = `${'a'.repeat(10_000)}b`;
    expect(fits('text~b', text)).toBe(false);
    expect(fits('text~b', text.slice(1))).toBe(true);
  });
});
