import { describe, expect, it } from '@jest/globals';
import {
  isDigit,
  isNameChar,
  isNameStart,
  isSpace,
} from '../../../../lib/database/sql/sql-characters.js';

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
  ])('%j starts a name: %s, is in a name: %s, digit: %s, space: %s', (character, ...expected) => {
    const code = character.charCodeAt(0);
    expect([isNameStart(code), isNameChar(code), isDigit(code), isSpace(code)]).toEqual(expected);
  });
});
