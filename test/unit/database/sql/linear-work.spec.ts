import { describe, expect, it, jest } from '@jest/globals';
import { maskValues } from '../../../../lib/database/mask-values.js';
import { readQueryTemplate } from '../../../../lib/database/queryable/query-template.js';
import { commentSql } from '../../../../lib/database/sql/comment-sql.js';
import { SqlReader } from '../../../../lib/database/sql/sql-reader.js';
import { countCharacters } from '../../../support/count-characters.js';

jest.setTimeout(60_000);

const SMALL = 16_000;
const MEDIUM = 128_000;
const LARGE = 1_000_000;
/** How often a parser may read each character of a text. */
const MAX_READS = 12;
/** What a parser may read beyond that, whatever the length of the text. */
const MAX_CONSTANT = 2_000;

/** Together they have every rule of `SqlDialect`; with the length of the longer text. */
const SYSTEMS = [
  ['postgresql', MEDIUM],
  ['mysql', MEDIUM],
  ['other_sql', LARGE],
] as const;

const PATTERNS: readonly (readonly [name: string, piece: string])[] = [
  ['parentheses', '('],
  ['quotes', "'"],
  ['double quotes', '"'],
  ['backticks', '`'],
  ['brackets', '['],
  ['openings of comments', '/*'],
  ['nested comments', '/*/**/'],
  ['comments between words', '/**/a'],
  ['dashes', '-'],
  ['hashes', '#'],
  ['dollar signs', '$'],
  ['tags that differ', '$a'],
  ['tags that are never closed', '$tag$ $other$ '],
  ['long tags', `$${'a'.repeat(63)}`],
  ['backslashes', "'\\"],
  ['prefixes of literals', "E'N'q'"],
  ['exponents', '1e+'],
  ['names', 'a.'],
  ['delimiter quotes', "q'["],
  ['subqueries', '(SELECT * FROM a, '],
  ['common table expressions', 'WITH a AS (SELECT * FROM a), '],
  ['commas', 'SELECT * FROM a, '],
  ['statements', 'INSERT INTO a VALUES (1);'],
  ['semicolons', ';'],
  ['white space', ' '],
  ['letters', 'a'],
  ['letters beyond ASCII', '注'],
  ['contractions', "n't "],
  ['names in quotes', 'table "a" '],
  ['values in parentheses', ' is ('],
];

function textOf(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
}

/** Fails with the number of characters that were read for each character of the text. */
function expectLinear(parse: (text: string) => void, piece: string, longer = LARGE): void {
  const [small, large] = [SMALL, longer].map((length) => {
    const text = textOf(piece, length);
    return Math.max(0, countCharacters(() => parse(text)) - MAX_CONSTANT) / length;
  });
  expect(small).toBeLessThanOrEqual(MAX_READS);
  expect(large).toBeLessThanOrEqual(MAX_READS);
}

describe.each(PATTERNS)('the work for many %s', (_, piece) => {
  it.each(SYSTEMS)('grows with the length of the SQL, for %s', (system, longer) => {
    expectLinear((text) => new SqlReader(system, longer).read(text), piece, longer);
  });

  it('grows with the length of the SQL that gets a comment', () => {
    expectLinear((text) => commentSql(text, 'mysql', 'c'), piece);
    expectLinear((text) => commentSql(`SELECT ${text}`, 'postgresql', 'c'), piece);
  });

  it('grows with the length of a message', () => {
    expectLinear((text) => maskValues(text), piece);
  });
});

describe('the work for a template', () => {
  it('grows with the number of its values', () => {
    for (const count of [1_000, 60_000]) {
      const strings = Array.from({ length: count + 1 }, () => 'a, ');
      const values = Array.from({ length: count }, () => 1);
      const template = [Object.assign(strings, { raw: strings }), ...values];
      const query = readQueryTemplate(template);
      expect(query?.parameters).toHaveLength(count);
      expect(query?.text?.length).toBeLessThan(count * 10);
    }
  });
});

describe('countCharacters', () => {
  it('finds work that grows faster than the text', () => {
    const quadratic = (text: string): void => {
      for (let index = 0; index < text.length; index += 100) text.indexOf('x', index);
    };
    const reads = (length: number): number => countCharacters(() => quadratic('a'.repeat(length)));
    expect(reads(16_000) / 16_000).toBeGreaterThan(MAX_READS);
    expect('abc'.indexOf('c')).toBe(2);
  });
});
