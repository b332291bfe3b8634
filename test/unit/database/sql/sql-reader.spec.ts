import { describe, expect, it } from '@jest/globals';
import { cutText, SqlReader } from '../../../../lib/database/sql/sql-reader.js';

describe('SqlReader', () => {
  it('returns the cached reading of a text', () => {
    const reader = new SqlReader('sqlite', 2048);
    const reading = reader.read('SELECT * FROM a WHERE b = 1');
    expect(reading).toEqual({
      summary: 'SELECT a',
      sanitizedText: 'SELECT * FROM a WHERE b = ?',
      text: 'SELECT * FROM a WHERE b = 1',
    });
    expect(reader.read('SELECT * FROM a WHERE b = 1')).toBe(reading);
  });

  it('caches the texts in use, up to a number', () => {
    const reader = new SqlReader('sqlite', 2048);
    const used = reader.read('SELECT * FROM used');
    const unused = reader.read('SELECT * FROM unused');
    for (let index = 0; index < 3_000; index++) {
      reader.read(`SELECT * FROM t${index}`);
      reader.read('SELECT * FROM used');
    }
    expect(reader.read('SELECT * FROM used')).toBe(used);
    expect(reader.read('SELECT * FROM unused')).not.toBe(unused);
    expect(reader.read('SELECT * FROM unused')).toEqual(unused);
  });

  it('does not cache long texts', () => {
    const reader = new SqlReader('sqlite', 2048);
    const text = `SELECT * FROM a WHERE b = '${'x'.repeat(9_000)}'`;
    expect(reader.read(text)).not.toBe(reader.read(text));
    expect(reader.read(text).sanitizedText).toBe('SELECT * FROM a WHERE b = ?');
  });

  it('cuts texts', () => {
    const reader = new SqlReader('sqlite', 10);
    expect(reader.read("SELECT 'secret', b")).toMatchObject({
      sanitizedText: 'SELECT ?, ',
      text: "SELECT 'se",
    });
  });
});

describe('cutText', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc'],
    ['ab😀', 4, 'ab😀'],
    ['ab😀', 3, 'ab'],
    ['ab😀c', 4, 'ab😀'],
    ['', 0, ''],
  ])('leaves no half of a surrogate pair: %s to %d', (text, length, cut) => {
    expect(cutText(text, length)).toBe(cut);
  });
});
