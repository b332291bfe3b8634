import { describe, expect, it } from '@jest/globals';
import { sqlDialectOf } from '../../../../lib/database/sql/sql-dialect.js';
import { SqlScanner } from '../../../../lib/database/sql/sql-scanner.js';

describe('SqlScanner', () => {
  it('splits a text into tokens, and stops at its length', () => {
    const scanner = new SqlScanner("a 'b' ?", sqlDialectOf('sqlite'), 4);
    const kinds = [scanner.next(), scanner.next(), scanner.next()];
    expect(kinds).toEqual(['word', 'literal', 'end']);
  });

  it('knows the character after a token', () => {
    const scanner = new SqlScanner('a.b', sqlDialectOf('sqlite'));
    scanner.next();
    expect(scanner.following).toBe('.'.charCodeAt(0));
    while (scanner.next() !== 'end');
    expect(scanner.following).toBeNaN();
  });
});
