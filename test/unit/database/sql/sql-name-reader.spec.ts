import { describe, expect, it } from '@jest/globals';
import { SqlNameReader } from '../../../../lib/database/sql/sql-name-reader.js';

describe('SqlNameReader', () => {
  it('assembles a name of several parts', () => {
    const reader = new SqlNameReader();
    reader.begin('word', 'a."b c"', 0, 1);
    expect(reader.append('punctuation', 'a."b c"', 1, 2)).toBe(true);
    expect(reader.append('name', 'a."b c"', 2, 7)).toBe(true);
    expect(reader.append('word', 'x', 0, 1)).toBe(false);
    expect(reader.take()).toBe('a."b c"');
    expect(reader.isOpen).toBe(false);
  });
});
