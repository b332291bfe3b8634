import { describe, expect, it } from '@jest/globals';
import {
  eraseThreshold,
  mentionsThreshold,
  readRandomness,
  readThreshold,
  writeThreshold,
} from '../../../lib/sampling/ot-entry.js';

const RANDOMNESS = 'ab1122334455ef';

describe('rule 29: the ot entry', () => {
  it.each([
    ['th:8', '8'],
    ['th:0', '0'],
    ['th:0123456789abcd', '0123456789abcd'],
    ['rv:ab1122334455ef;th:e666', 'e666'],
    ['x:1;th:8;y:2', '8'],
    ['th:8;', '8'],
    ['th:', undefined],
    ['th:0123456789abcde', undefined],
    ['th:E666', undefined],
    ['th:8 ', undefined],
    ['th', undefined],
    ['xth:8', undefined],
    ['x:th:8', undefined],
    ['th:8;th:8', undefined],
    ['th:8;x:1;th:', undefined],
    ['', undefined],
  ])('has in %j the threshold %j', (entry, threshold) => {
    expect(readThreshold(entry)).toBe(threshold);
  });

  it.each([
    [`rv:${RANDOMNESS}`, RANDOMNESS],
    [`th:8;rv:${RANDOMNESS};x:1`, RANDOMNESS],
    [`rv:${RANDOMNESS.slice(1)}`, undefined],
    [`rv:${RANDOMNESS}0`, undefined],
    [`rv:${RANDOMNESS.toUpperCase()}`, undefined],
    ['rv:', undefined],
    [`rv:${RANDOMNESS};rv:1`, undefined],
    ['', undefined],
  ])('has in %j the randomness %j', (entry, randomness) => {
    expect(readRandomness(entry)).toBe(randomness);
  });

  it.each([
    [undefined, 'th:c'],
    ['', 'th:c'],
    ['th:8', 'th:c'],
    ['p:8;r:62', 'th:c;p:8;r:62'],
    ['p:8;th:7;r:62', 'th:c;p:8;r:62'],
    [`rv:${RANDOMNESS};th:8;th:9`, `th:c;rv:${RANDOMNESS}`],
    [';;p:8;', 'th:c;p:8'],
  ])('becomes of %j with another threshold %j', (entry, expected) => {
    expect(writeThreshold(entry, 'c')).toBe(expected);
  });

  it('is at most 256 characters long, and rather says nothing than something false', () => {
    const long = `x:${'1'.repeat(249)}`;
    expect(writeThreshold(long, 'c')).toHaveLength(256);
    expect(writeThreshold(`${long}1;th:8`, 'c')).toBe(`${long}1`);
  });

  it('is not read where it is longer than 512 characters, and is removed with its threshold', () => {
    const long = `rv:${'1'.repeat(14)};th:8;x:${'1'.repeat(500)}`;
    expect([readThreshold(long), readRandomness(long)]).toEqual([undefined, undefined]);
    expect(mentionsThreshold(long)).toBe(true);
    expect(eraseThreshold(long)).toBe('');
  });

  it.each([
    ['th:8', ''],
    ['th:8;p:8', 'p:8'],
    ['p:8;th:;r:62', 'p:8;r:62'],
    ['p:8', 'p:8'],
    ['', ''],
  ])('becomes of %j without threshold %j', (entry, expected) => {
    expect(eraseThreshold(entry)).toBe(expected);
    expect(mentionsThreshold(entry)).toBe(entry.includes('th:'));
  });
});
