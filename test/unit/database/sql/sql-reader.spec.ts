import { describe, expect, it } from '@jest/globals';
import { sanitizeSql } from '../../../../lib/database/sql/sanitize-sql.js';
import { cutText, SqlReader } from '../../../../lib/database/sql/sql-reader.js';
import { summarizeSql } from '../../../../lib/database/sql/summarize-sql.js';
import { DIALECT_STATEMENTS, STATEMENTS } from './statements.js';

const SYSTEMS = Object.keys(DIALECT_STATEMENTS);

describe('the reader of SQL', () => {
  it.each(STATEMENTS)('reads the same in every dialect: %s', (sql, summary, sanitized = sql) => {
    for (const system of SYSTEMS) {
      // There double quotes are no names.
      if (system === 'mysql' && sql.includes('"')) continue;
      // There they are names, and whatever is not closed is none.
      expect([system, summarizeSql(sql, system)]).toEqual([system, summary]);
      expect([system, sanitizeSql(sql, system)]).toEqual([system, sanitized]);
    }
  });

  describe.each(Object.entries(DIALECT_STATEMENTS))('in the dialect of %s', (system, cases) => {
    it.each(cases)('reads %s', (sql, summary, sanitized = sql) => {
      expect(summarizeSql(sql, system)).toBe(summary);
      expect(sanitizeSql(sql, system)).toBe(sanitized);
    });
  });

  it('is held to more than 120 statements', () => {
    const all = [...STATEMENTS, ...Object.values(DIALECT_STATEMENTS).flat()];
    expect(all.length).toBeGreaterThan(200);
  });
});

describe('summarizeSql', () => {
  it('ends at a whole word, at 255 characters at most', () => {
    const tables = Array.from({ length: 100 }, (_, index) => `table_${index}`);
    const summary = summarizeSql(`SELECT * FROM ${tables.join(', ')}`, 'sqlite') ?? '';
    expect(summary.length).toBeLessThanOrEqual(255);
    expect(summary.length).toBeGreaterThan(240);
    expect(tables).toEqual(expect.arrayContaining(summary.split(' ').slice(1)));
  });

  it('leaves out a name that is longer than that', () => {
    expect(summarizeSql(`SELECT * FROM ${'x'.repeat(300)}, b`, 'sqlite')).toBe('SELECT b');
  });
});

describe('SqlReader', () => {
  it('says what it said before for a text that it knows', () => {
    const reader = new SqlReader('sqlite', 2048);
    const reading = reader.read('SELECT * FROM a WHERE b = 1');
    expect(reading).toEqual({
      summary: 'SELECT a',
      sanitizedText: 'SELECT * FROM a WHERE b = ?',
      text: 'SELECT * FROM a WHERE b = 1',
    });
    expect(reader.read('SELECT * FROM a WHERE b = 1')).toBe(reading);
  });

  it('remembers what is used, and no more than a bounded number of texts', () => {
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

  it('does not remember long texts', () => {
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
  ])('leaves no half of a pair: %s to %d', (text, length, cut) => {
    expect(cutText(text, length)).toBe(cut);
  });
});
