import { describe, expect, it } from '@jest/globals';
import { withoutUndefined } from '../../../lib/assembly/without-undefined.js';

describe('withoutUndefined', () => {
  it('removes the fields that are undefined, and keeps those that are null, zero or empty', () => {
    const kept = withoutUndefined({ a: undefined, b: null, c: 0, d: '' });
    expect(Object.entries(kept)).toEqual([
      ['b', null],
      ['c', 0],
      ['d', ''],
    ]);
  });
});
