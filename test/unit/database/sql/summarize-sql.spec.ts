import { describe, expect, it } from '@jest/globals';
import { summarizeSql } from '../../../../lib/database/sql/summarize-sql.js';
import { DIALECT_STATEMENTS, STATEMENTS } from './statements.js';

const SYSTEMS = Object.keys(DIALECT_STATEMENTS);

describe('summarizeSql', () => {
  it.each(STATEMENTS)('summarizes for every database: %s', (sql, summary) => {
    for (const system of SYSTEMS) {
      // In MySQL double quotes are literals.
      if (system === 'mysql' && sql.includes('"')) continue;
      expect([system, summarizeSql(sql, system)]).toEqual([system, summary]);
    }
  });

  describe.each(Object.entries(DIALECT_STATEMENTS))('for %s', (system, cases) => {
    it.each(cases)('summarizes %s', (sql, summary) => {
      expect(summarizeSql(sql, system)).toBe(summary);
    });
  });

  // `docs/db/database-spans.md`, "Generating a summary of the query".
  it.each([
    ['SELECT * FROM wuser_table WHERE username = ?', 'SELECT wuser_table'],
    [
      'INSERT INTO shipping_details (order_id, address) SELECT order_id, address FROM orders WHERE order_id = ?',
      'INSERT shipping_details SELECT orders',
    ],
    ['SELECT * FROM songs, artists WHERE songs.artist_id == artists.id', 'SELECT songs artists'],
    [
      'SELECT order_date FROM (SELECT * FROM orders o JOIN customers c ON o.customer_id = c.customer_id)',
      'SELECT SELECT orders customers',
    ],
  ])('agrees with the example of the conventions: %s', (sql, summary) => {
    expect(summarizeSql(sql, 'postgresql')).toBe(summary);
  });

  it('ends at a whole word, at 255 characters at most', () => {
    const tables = Array.from({ length: 100 }, (_, index) => `table_${index}`);
    const summary = summarizeSql(`SELECT * FROM ${tables.join(', ')}`, 'sqlite') ?? '';
    expect(summary.length).toBeLessThanOrEqual(255);
    expect(summary.length).toBeGreaterThan(240);
    expect(tables).toEqual(expect.arrayContaining(summary.split(' ').slice(1)));
  });

  it('omits a name that is longer than that', () => {
    expect(summarizeSql(`SELECT * FROM ${'x'.repeat(300)}, b`, 'sqlite')).toBe('SELECT b');
  });
});
