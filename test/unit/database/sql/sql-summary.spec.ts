import { describe, expect, it } from '@jest/globals';
import { SqlSummary } from '../../../../lib/database/sql/sql-summary.js';

describe('SqlSummary', () => {
  it('is undefined without operations', () => {
    const summary = new SqlSummary();
    expect([summary.toString(), summary.isFull, summary.lastName]).toEqual([
      undefined,
      false,
      undefined,
    ]);
  });

  it('shows each target of an operation once, and equal operations in a row once', () => {
    const summary = new SqlSummary();
    for (let count = 0; count < 2; count++) {
      const operation = summary.begin('SELECT');
      operation.add('a');
      operation.add('b');
      operation.add('a');
    }
    summary.begin('DELETE').add('a');
    expect(summary.toString()).toBe('SELECT a b DELETE a');
  });

  it('is full at 255 characters', () => {
    const summary = new SqlSummary();
    const operation = summary.begin('SELECT');
    operation.add('x'.repeat(247));
    expect(summary.isFull).toBe(false);
    operation.add('y');
    expect(summary.isFull).toBe(true);
    expect(summary.toString()).toBe(`SELECT ${'x'.repeat(247)}`);
  });
});
