import { describe, expect, it } from '@jest/globals';
import {
  isDigit,
  isNameChar,
  isNameStart,
  isSpace,
} from '../../../../lib/database/sql/sql-characters.js';
import { sqlDialectOf } from '../../../../lib/database/sql/sql-dialect.js';
import { SqlNameReader } from '../../../../lib/database/sql/sql-name-reader.js';
import {
  endOfBlockComment,
  endOfDelimiterQuote,
  endOfDollarQuote,
  endOfLine,
  endOfQuoted,
} from '../../../../lib/database/sql/sql-quotes.js';
import { SqlScanner } from '../../../../lib/database/sql/sql-scanner.js';
import { SqlStatementReader } from '../../../../lib/database/sql/sql-statement-reader.js';
import { SqlSummary } from '../../../../lib/database/sql/sql-summary.js';
import { DATA_CHANGES, DEFINITIONS } from '../../../../lib/database/sql/sql-words.js';

describe('characters', () => {
  it.each([
    ['a', true, true, false, false],
    ['_', true, true, false, false],
    ['é', true, true, false, false],
    ['$', false, true, false, false],
    ['5', false, true, true, false],
    [' ', false, false, false, true],
    ['\u00a0', false, false, false, true],
    ['-', false, false, false, false],
  ])('%s is what it is', (character, starts, goesOn, digit, space) => {
    const code = character.charCodeAt(0);
    expect([isNameStart(code), isNameChar(code), isDigit(code), isSpace(code)]).toEqual([
      starts,
      goesOn,
      digit,
      space,
    ]);
  });
});

describe('quotes', () => {
  it('end where they end', () => {
    expect(endOfQuoted("'a''b'c", 1, "'", false)).toBe(6);
    expect(endOfQuoted("'a\\'b'c", 1, "'", true)).toBe(6);
    expect(endOfQuoted("'a", 1, "'", false)).toBeUndefined();
    expect(endOfDollarQuote('$a$ b $a$ c', 0)).toBe(9);
    expect(endOfDollarQuote('$a$ b', 0)).toBe(5);
    expect(endOfDollarQuote('$a b', 0)).toBeUndefined();
    expect(endOfDollarQuote(`$${'a'.repeat(100)}`, 0)).toBe(101);
    expect(endOfDelimiterQuote("q'<a'b>'c", 1)).toBe(8);
    expect(endOfLine('-- a\nb', 0)).toBe(4);
    expect(endOfBlockComment('/* /* */ */a', 0, true)).toBe(11);
    expect(endOfBlockComment('/* /* */ */a', 0, false)).toBe(8);
  });
});

describe('SqlScanner', () => {
  it('walks through a text and stops at its length', () => {
    const scanner = new SqlScanner("a 'b' ?", sqlDialectOf('sqlite'), 4);
    const kinds = [scanner.next(), scanner.next(), scanner.next()];
    expect(kinds).toEqual(['word', 'literal', 'end']);
  });
});

describe('SqlNameReader', () => {
  it('puts a name together', () => {
    const reader = new SqlNameReader();
    reader.begin('word', 'a."b c"', 0, 1);
    expect(reader.goOn('punctuation', 'a."b c"', 1, 2)).toBe(true);
    expect(reader.goOn('name', 'a."b c"', 2, 7)).toBe(true);
    expect(reader.goOn('word', 'x', 0, 1)).toBe(false);
    expect(reader.take()).toBe('a."b c"');
    expect(reader.isOpen).toBe(false);
  });
});

describe('SqlSummary', () => {
  it('is undefined while there is nothing in it', () => {
    const summary = new SqlSummary();
    expect([summary.toString(), summary.isFull, summary.lastName]).toEqual([
      undefined,
      false,
      undefined,
    ]);
    const scanner = new SqlScanner('', sqlDialectOf('sqlite'));
    new SqlStatementReader(scanner, summary).finish();
    expect(summary.toString()).toBeUndefined();
  });
});

describe('words', () => {
  it('are of one kind', () => {
    expect([...DATA_CHANGES].filter((word) => DEFINITIONS.has(word))).toEqual([]);
  });
});
