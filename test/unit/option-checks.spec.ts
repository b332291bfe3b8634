import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../lib/errors.js';
import { checkChoice, checkCount, checkMillis, checkNumber } from '../../lib/option-checks.js';

describe('checkCount', () => {
  it('takes whole numbers in its range, and the fallback for none', () => {
    const given = [1, 10, undefined];
    expect(given.map((value) => checkCount('A.b', value, 5, 1, 10))).toEqual([1, 10, 5]);
  });

  it.each([0, 11, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3', null])('refuses %p', (value) => {
    expect(() => checkCount('A.b', value as number, 5, 1, 10)).toThrow(TracingConfigError);
  });
});

describe('checkMillis', () => {
  it('takes fractions, up to what a timer can wait', () => {
    const given = [0, 0.5, 2_147_483_647, undefined];
    expect(given.map((value) => checkMillis('A.b', value, 7, 0))).toEqual([
      0, 0.5, 2_147_483_647, 7,
    ]);
  });

  it.each([-1, 2_147_483_648, Number.NaN, Number.POSITIVE_INFINITY, '3'])('refuses %p', (value) => {
    expect(() => checkMillis('A.b', value as number, 7, 0)).toThrow(TracingConfigError);
  });
});

describe('checkNumber', () => {
  it('takes Infinity where that is the end of the range', () => {
    expect(checkNumber('A.b', Number.POSITIVE_INFINITY, 1, 0, Number.POSITIVE_INFINITY)).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it('says what must hold, what came, and the default', () => {
    expect(() => checkNumber('A.b', -1, 1, 0, 2)).toThrow(
      'A.b must be a number from 0 to 2, but it is -1. Leave it out for the default, 1.',
    );
  });
});

describe('checkChoice', () => {
  it('takes one of the words, and the fallback for none', () => {
    expect(checkChoice('A.b', 'x', 'y', ['x', 'y'])).toBe('x');
    expect(checkChoice<string>('A.b', undefined, 'y', ['x', 'y'])).toBe('y');
  });

  it('refuses any other, and names them', () => {
    expect(() => checkChoice<string>('A.b', 'z', 'y', ['x', 'y'])).toThrow(
      "A.b must be one of 'x', 'y', but it is \"z\". Leave it out for the default, 'y'.",
    );
  });
});
