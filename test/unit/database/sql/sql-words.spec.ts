import { describe, expect, it } from '@jest/globals';
import {
  canHaveFrom,
  DATA_CHANGES,
  DEFINITIONS,
  hasTargetList,
  LONGER_STATEMENTS,
  NAMED_STATEMENTS,
  PLAIN_STATEMENTS,
} from '../../../../lib/database/sql/sql-words.js';

describe('the first words of statements', () => {
  it('are of one kind each', () => {
    const kinds = [DATA_CHANGES, DEFINITIONS, NAMED_STATEMENTS, PLAIN_STATEMENTS];
    const words = [...kinds.flatMap((kind) => [...kind]), ...LONGER_STATEMENTS.keys()];
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });
});

describe('operations', () => {
  it.each([
    ['SELECT', true, false],
    ['UPDATE', true, true],
    ['INSERT', false, false],
    ['DROP TABLE', false, true],
  ])('%s can have FROM: %s, has a list of targets: %s', (operation, from, list) => {
    expect([canHaveFrom(operation), hasTargetList(operation)]).toEqual([from, list]);
  });
});
