import { describe, expect, it } from '@jest/globals';
import { sanitizeSql } from '../../../../lib/database/sql/sanitize-sql.js';
import { DIALECT_STATEMENTS, STATEMENTS } from './statements.js';

const SYSTEMS = Object.keys(DIALECT_STATEMENTS);

describe('sanitizeSql', () => {
  it.each(STATEMENTS)('sanitizes for every database: %s', (sql, _, sanitized = sql) => {
    for (const system of SYSTEMS) {
      // In MySQL double quotes are literals.
      if (system === 'mysql' && sql.includes('"')) continue;
      expect([system, sanitizeSql(sql, system)]).toEqual([system, sanitized]);
    }
  });

  describe.each(Object.entries(DIALECT_STATEMENTS))('for %s', (system, cases) => {
    it.each(cases)('sanitizes %s', (sql, _, sanitized = sql) => {
      expect(sanitizeSql(sql, system)).toBe(sanitized);
    });
  });

  it('stops when the result is long enough', () => {
    const text = `SELECT ${'1, '.repeat(1000)}`;
    expect(sanitizeSql(text, 'sqlite', 20).length).toBeLessThan(40);
  });
});
