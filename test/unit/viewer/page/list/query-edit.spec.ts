import { describe, expect, it } from '@jest/globals';
import {
  completed,
  endsWithWord,
  errorParts,
} from '../../../../../lib/viewer/page/list/query-edit.js';

describe('completed', () => {
  /** The cursor is shown as `|`. */
  const edit = (query: string, from: number, to: number, text: string): string => {
    const { query: next, cursor } = completed(query, {
      from,
      to,
      text,
      count: undefined,
      help: undefined,
    });
    return `${next.slice(0, cursor)}|${next.slice(cursor)}`;
  };

  it.each([
    ['a key, whose value follows', 'serv', 0, 4, 'service:', 'service:|'],
    [
      'a value, behind which the next term follows',
      'service:o',
      8,
      9,
      'orders',
      'service:orders |',
    ],
    ['a value before another term', 'service:o name:a', 8, 9, 'orders', 'service:orders |name:a'],
    ['the key of a term', 'serv:a', 0, 4, 'service', 'service|:a'],
    ['a key before another term', 'ser name:a', 0, 3, 'service:', 'service:| name:a'],
  ])('puts in %s', (_, query, from, to, text, expected) => {
    expect(edit(query, from, to, text)).toBe(expected);
  });
});

describe('errorParts', () => {
  it('shows where an error is', () => {
    expect(errorParts('a duration>x b', { message: '', column: 11, length: 1 })).toEqual({
      before: 'a duration>',
      wrong: 'x',
      after: ' b',
    });
  });

  it('shows an error at the end as a space', () => {
    expect(errorParts('a (', { message: '', column: 3, length: 1 })).toMatchObject({ wrong: ' ' });
  });
});

describe('endsWithWord', () => {
  it.each([
    ['serv', true],
    ['status:error serv', true],
    ['-serv', true],
    ['{serv', true],
    ['service:o', false],
    ['a ', false],
    ['"two words"', false],
    ['', false],
  ])('of %j is %p', (query, expected) => {
    expect(endsWithWord(query)).toBe(expected);
  });
});
