import { describe, expect, it } from '@jest/globals';
import { sqlDialectOf } from '../../../../lib/database/sql/sql-dialect.js';
import { SqlScanner } from '../../../../lib/database/sql/sql-scanner.js';
import { SqlStatementReader } from '../../../../lib/database/sql/sql-statement-reader.js';
import { SqlSummary } from '../../../../lib/database/sql/sql-summary.js';

describe('SqlStatementReader', () => {
  it('adds what it reads to the summary', () => {
    const summary = new SqlSummary();
    const scanner = new SqlScanner('SELECT * FROM a', sqlDialectOf('sqlite'));
    const reader = new SqlStatementReader(scanner, summary);
    while (scanner.next() !== 'end') reader.read();
    expect(summary.toString()).toBe('SELECT');
    reader.finish();
    expect(summary.toString()).toBe('SELECT a');
  });

  it('adds nothing for a text without tokens', () => {
    const summary = new SqlSummary();
    new SqlStatementReader(new SqlScanner('', sqlDialectOf('sqlite')), summary).finish();
    expect(summary.toString()).toBeUndefined();
  });
});
