import { describe, expect, it } from '@jest/globals';
import { StringTable } from '../../../../lib/viewer/analysis/string-table.js';

describe('StringTable', () => {
  it('gives equal texts one number', () => {
    const table = new StringTable();
    expect(['a', 'b', 'a', '', '__proto__'].map((text) => table.indexOf(text))).toEqual([
      0, 1, 0, 2, 3,
    ]);
    expect(table.strings).toEqual(['a', 'b', '', '__proto__']);
  });
});
