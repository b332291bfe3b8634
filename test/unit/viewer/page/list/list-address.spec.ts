import { describe, expect, it } from '@jest/globals';
import {
  filterParameters,
  listPath,
  readListAddress,
} from '../../../../../lib/viewer/page/list/list-address.js';

const read = (search: string) => readListAddress(new URLSearchParams(search));

describe('readListAddress', () => {
  it('reads what is in the address of the page', () => {
    expect(read('q=status%3Aerror&sort=spans&from=5&to=9')).toEqual({
      query: 'status:error',
      order: 'spans',
      from: 5,
      to: 9,
    });
  });

  it.each(['', 'sort=other&from=x&to=-1'])('has the whole list for %j', (search) => {
    expect(read(search)).toEqual({ query: '', order: 'newest', from: undefined, to: undefined });
  });
});

describe('filterParameters', () => {
  it.each([
    ['', ''],
    ['q=+&sort=spans', ''],
    ['q=a&from=1&to=2', 'q=a&from=1&to=2'],
  ])('of ?%s are %j', (search, parameters) => {
    expect(filterParameters(read(search))).toBe(parameters);
  });
});

describe('listPath', () => {
  it('asks for a page of the list', () => {
    expect(listPath(read(''), 100)).toBe('/api/traces?limit=100');
    expect(listPath(read('q=a&sort=duration&from=1'), 500, 'f0')).toBe(
      '/api/traces?q=a&from=1&sort=duration&limit=500&after=f0',
    );
  });
});
