import { describe, expect, it } from '@jest/globals';
import { numberOf, textOf } from '../../../lib/database/message-members.js';

describe('members of messages', () => {
  it.each([
    ['a', 'a'],
    ['', undefined],
    [1, undefined],
    [undefined, undefined],
  ])('textOf(%j) is %j', (value, text) => {
    expect(textOf(value)).toBe(text);
  });

  it.each([
    [1, 1],
    ['3306', 3306],
    ['', undefined],
    ['x', undefined],
    [1.5, undefined],
    [null, undefined],
  ])('numberOf(%j) is %j', (value, number) => {
    expect(numberOf(value)).toBe(number);
  });
});
