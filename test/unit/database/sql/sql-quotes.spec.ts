import { describe, expect, it } from '@jest/globals';
import {
  endOfBlockComment,
  endOfDelimiterQuote,
  endOfDollarQuote,
  endOfLine,
  endOfQuoted,
} from '../../../../lib/database/sql/sql-quotes.js';

describe('endOfQuoted', () => {
  it.each([
    ["'a''b'c", false, 6],
    ["'a\\'b'c", true, 6],
    ["'a\\'b'c", false, 4],
    ["'a", false, undefined],
    ["'a\\'", true, undefined],
  ])('of %s, backslash escapes: %s', (text, hasBackslashEscapes, end) => {
    expect(endOfQuoted(text, 1, "'", hasBackslashEscapes)).toBe(end);
  });
});

describe('endOfDollarQuote', () => {
  it.each([
    ['$a$ b $a$ c', 9],
    ['$$a$$', 5],
    ['$a$ b', 5],
    ['$a b', undefined],
    [`$${'a'.repeat(100)}`, 101],
  ])('of %s', (text, end) => {
    expect(endOfDollarQuote(text, 0)).toBe(end);
  });
});

describe('endOfDelimiterQuote', () => {
  it.each([
    ["q'<a'b>'c", 8],
    ["q'!a'b!'c", 8],
    ["q'[a", 4],
  ])('of %s', (text, end) => {
    expect(endOfDelimiterQuote(text, 1)).toBe(end);
  });
});

describe('endOfLine', () => {
  it.each([
    ['-- a\nb', 4],
    ['-- a\rb', 4],
    ['-- a', 4],
  ])('of %j', (text, end) => {
    expect(endOfLine(text, 0)).toBe(end);
  });
});

describe('endOfBlockComment', () => {
  it.each([
    ['/* /* */ */a', true, 11],
    ['/* /* */ */a', false, 8],
    ['/* a', false, 4],
    ['/*/', false, 3],
  ])('of %s, nested: %s', (text, canNest, end) => {
    expect(endOfBlockComment(text, 0, canNest)).toBe(end);
  });
});
