import { describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { TracingConfigError } from '../../lib/errors.js';
import {
  checkArray,
  checkBoolean,
  checkChoice,
  checkCount,
  checkFunction,
  checkMethods,
  checkMillis,
  checkNumber,
  checkOption,
  checkOptions,
  checkPositive,
  checkRatio,
  checkSpanKind,
  checkString,
  checkStrings,
} from '../../lib/option-checks.js';

const noop = () => {};
const INFINITY = Number.POSITIVE_INFINITY;
const REMEDY = 'Do it.';

interface Case {
  readonly check: (value: never) => unknown;
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
}

const cases: Record<string, Case> = {
  checkCount: {
    check: (value) => checkCount('A.b', value, 5, 1, 10),
    good: [1, 10],
    bad: [0, 11, 1.5, Number.NaN, INFINITY, '3', null],
  },
  checkMillis: {
    check: (value) => checkMillis('A.b', value, 7, 0),
    good: [0, 0.5, 2_147_483_647],
    bad: [-1, 2_147_483_648, Number.NaN, INFINITY, '3'],
  },
  checkNumber: {
    check: (value) => checkNumber('A.b', value, 1, 0, INFINITY),
    good: [0, 0.5, INFINITY],
    bad: [-1, Number.NaN, '3', null],
  },
  checkRatio: {
    check: (value) => checkRatio('A.b', value, 0.5),
    good: [0, 0.25, 0.5],
    bad: [-0.1, 0.6, Number.NaN, '0.1', null, undefined],
  },
  checkPositive: {
    check: (value) => checkPositive('A.b', value),
    good: [0.1, 1e9],
    bad: [0, -1, Number.NaN, INFINITY, '1', undefined],
  },
  checkBoolean: {
    check: (value) => checkBoolean('A.b', value, true),
    good: [true, false],
    bad: [0, 1, 'true', null],
  },
  checkChoice: {
    check: (value) => checkChoice<string>('A.b', value, 'y', ['x', 'y']),
    good: ['x', 'y'],
    bad: ['z', '', null, ['x']],
  },
  checkString: {
    check: (value) => checkString('A.b', value, REMEDY),
    good: ['x', ' x '],
    bad: ['', ' \t', 7, null, undefined, ['x']],
  },
  checkStrings: {
    check: (value) => checkStrings('A.b', value, REMEDY),
    good: [[], ['x', 'y']],
    bad: ['x', ['x', ''], [' '], [7], null, undefined, new Set(['x'])],
  },
  checkArray: {
    check: (value) => checkArray('A.b', value),
    good: [[], [1]],
    bad: [{}, 'a', null, undefined, new Set()],
  },
  checkFunction: {
    check: (value) => checkFunction('A.b', value, undefined),
    good: [noop],
    bad: ['f', {}, null],
  },
  checkMethods: {
    check: (value) => checkMethods('A.b', value, ['get', 'set'], REMEDY),
    good: [new Map(), { get: noop, set: noop }],
    bad: [{ get: noop }, { get: noop, set: 1 }, Map, 'x', 7, null, undefined],
  },
  checkSpanKind: {
    check: (value) => checkSpanKind('A.b', value),
    good: [SpanKind.INTERNAL, SpanKind.CONSUMER],
    bad: [9, 'SERVER', -1, 0.5, null, undefined],
  },
};

describe.each(Object.entries(cases))('%s', (_, { check, good, bad }) => {
  it.each(good.map((value) => [value]))('returns %p', (value) => {
    expect(check(value as never)).toBe(value);
  });

  it.each(bad.map((value) => [value]))(
    'refuses %p and says what must hold, what came and what to do',
    (value) => {
      expect(() => check(value as never)).toThrow(TracingConfigError);
      expect(() => check(value as never)).toThrow(/^A\.b must .+, but it is .+\. [A-Z].+\.$/);
    },
  );
});

describe('a check with a fallback', () => {
  it('returns it for undefined', () => {
    expect([
      checkCount('A.b', undefined, 5, 1, 10),
      checkMillis('A.b', undefined, 7, 0),
      checkNumber('A.b', undefined, undefined, 0, 1),
      checkBoolean('A.b', undefined, false),
      checkChoice<string>('A.b', undefined, 'y', ['x', 'y']),
      checkFunction('A.b', undefined, noop),
    ]).toEqual([5, 7, undefined, false, 'y', noop]);
  });

  it('names it in the error', () => {
    expect(() => checkNumber('A.b', -1, 1, 0, 2)).toThrow(
      'A.b must be a number from 0 to 2, but it is -1. Leave it out for the default, 1.',
    );
    expect(() => checkChoice<string>('A.b', 'z', 'y', ['x', 'y'])).toThrow(
      "A.b must be one of 'x', 'y', but it is \"z\". Leave it out for the default, 'y'.",
    );
  });

  it('says that an option without a default can be left out', () => {
    expect(() => checkCount('A.b', 0, undefined, 1, INFINITY)).toThrow(
      'A.b must be a whole number of at least 1, but it is 0. Leave the option out if you do not need it.',
    );
  });
});

describe('checkMethods', () => {
  it('names all methods and those that are missing', () => {
    expect(() => checkMethods('A.b', {}, ['get'], REMEDY)).toThrow(
      'A.b must have the method get, but it is {}. Do it.',
    );
    expect(() => checkMethods('A.b', { get: noop }, ['get', 'set'], REMEDY)).toThrow(
      'A.b must have the methods get, set (missing: set), but it is {}. Do it.',
    );
  });
});

describe('checkOptions', () => {
  it('names the class whose options are missing', () => {
    expect(() => checkOptions('XSampler', undefined)).toThrow(
      'XSampler.options must be an object, but it is undefined. Give the options as one object: new XSampler({ … }).',
    );
    expect(() => checkOptions('XSampler', {})).not.toThrow();
  });
});

describe('checkOption', () => {
  it('throws the error that its arguments describe, unless the condition holds', () => {
    expect(() => checkOption(true, 'A.b', 'must fit', 1, REMEDY)).not.toThrow();
    expect(() => checkOption(false, 'A.b', 'must fit', 1, REMEDY)).toThrow(
      'A.b must fit, but it is 1. Do it.',
    );
  });
});
