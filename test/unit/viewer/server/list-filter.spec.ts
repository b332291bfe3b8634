import { describe, expect, it } from '@jest/globals';
import { type ListFilter, readListFilter } from '../../../../lib/viewer/server/list-filter.js';
import { spanOf } from '../../../support/otlp-requests.js';
import { testStore } from '../../../support/stored-spans.js';

const START_MILLIS = 1_700_000_000_000;

function filterOf(search: string): ListFilter {
  const filter = readListFilter(new URLSearchParams(search));
  if ('matches' in filter) return filter;
  throw new Error(JSON.stringify(filter));
}

/** The traces, each named by the millisecond in which it starts. */
function matching(search: string): number[] {
  const { store, send } = testStore();
  for (const start of [1, 5, 9]) send([spanOf(start, start, { name: `at ${start}` })]);
  const filter = filterOf(search);
  return [...store.entries()]
    .filter((entry) => filter.matches(entry, store))
    .map(({ id }) => Number.parseInt(id, 16));
}

describe('readListFilter', () => {
  it.each([
    ['', [1, 5, 9]],
    ['q=name%3A5', [5]],
    [`from=${START_MILLIS + 5}`, [5, 9]],
    [`to=${START_MILLIS + 5}`, [1]],
    [`from=${START_MILLIS + 2}&to=${START_MILLIS + 9}`, [5]],
    [`from=${START_MILLIS + 4.5}&to=${START_MILLIS + 5.5}`, [5]],
    [`q=-name%3A5&from=${START_MILLIS + 5}`, [9]],
  ])('lets pass with ?%s', (search, expected) => {
    expect(matching(search)).toEqual(expected);
  });

  it('has no key for what lets all pass, and equal ones for equal filters', () => {
    expect([filterOf('').key, filterOf('q=+&sort=spans').key]).toEqual(['', '']);
    expect(filterOf('q=a&from=1').key).toBe(filterOf('from=1&q=+a').key);
    const keys = ['q=a', 'q=b', 'q=a&from=1', 'q=a&to=1'].map((search) => filterOf(search).key);
    expect(new Set(keys).size).toBe(4);
  });

  it.each(['from=x', 'to=', 'from=-1', 'to=1e3', 'from=Infinity'])('refuses ?%s', (search) => {
    expect(readListFilter(new URLSearchParams(search))).toEqual({
      problem: expect.stringMatching(/^(from|to) must be milliseconds since 1970\.$/),
    });
  });

  it('tells where a query has an error', () => {
    expect(readListFilter(new URLSearchParams('q=service%3A%28'))).toEqual({
      queryError: { message: expect.any(String), column: expect.any(Number), length: 8 },
    });
  });
});
