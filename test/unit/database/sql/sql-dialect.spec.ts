import { describe, expect, it } from '@jest/globals';
import { sqlDialectOf } from '../../../../lib/database/sql/sql-dialect.js';

describe('sqlDialectOf', () => {
  it('is the same for systems that share their rules', () => {
    expect(sqlDialectOf('mariadb')).toBe(sqlDialectOf('mysql'));
    expect(sqlDialectOf('cockroachdb')).toBe(sqlDialectOf('postgresql'));
  });

  it('is one dialect for every unknown system', () => {
    expect(sqlDialectOf('other_sql')).toBe(sqlDialectOf('new'));
    expect(sqlDialectOf('new')).not.toBe(sqlDialectOf('postgresql'));
  });
});
