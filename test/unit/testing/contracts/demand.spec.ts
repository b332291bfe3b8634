import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { ContractViolation, Demand, isError } from '../../../../lib/testing/contracts/demand.js';

const demand = new Demand('Bird', 'walks', 'birds.md#walk');

function violation(check: () => void): ContractViolation {
  try {
    check();
  } catch (error) {
    if (error instanceof ContractViolation) return error;
  }
  throw new Error('The check threw no violation');
}

describe('Demand', () => {
  it('accepts what holds', () => {
    demand.that(true, 'legs', 0);
    demand.equal({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, 'the bird');
  });

  it('says the subject, the case and the rule', () => {
    expect(violation(() => demand.that(false, 'two legs', [1]))).toMatchObject({
      subject: 'Bird',
      caseName: 'walks',
      rule: 'birds.md#walk',
      demanded: 'two legs',
      received: '[ 1 ]',
    });
  });

  it.each([
    [1, '1'],
    [null, {}],
    [[], {}],
    [{ length: 0 }, []],
    [{ a: 1 }, { b: 1 }],
    [undefined, { a: 1 }],
    [{ a: undefined }, {}],
    [
      [1, 2],
      [2, 1],
    ],
  ])('tells %j from %j', (received, expected) => {
    expect(violation(() => demand.equal(received, expected, 'it')).demanded).toMatch(/^it: /);
  });

  it('does not mind objects and errors of other globals', () => {
    demand.equal(runInNewContext('({ a: [1] })'), { a: [1] }, 'the bird');
    const foreign = runInNewContext("new TypeError('no legs')");
    expect(foreign).not.toBeInstanceOf(Error);
    expect(isError(foreign)).toBe(true);
    expect(demand.violationOf(foreign).received).toBe('TypeError: no legs');
    expect(isError({ name: 'Error', message: 'no legs' })).toBe(false);
  });

  it('shows texts of several lines below each other', () => {
    const { message } = violation(() => demand.equal('a\n  b', 'a\n  c', 'the trace'));
    expect(message).toBe(
      'Bird violates its contract: "walks".\n' +
        '  Demanded: the trace: \n    a\n      c\n' +
        '  Received: \n    a\n      b\n' +
        '  Rule: birds.md#walk',
    );
  });

  it('passes on a violation, and wraps anything else that is thrown', () => {
    const first = violation(() => demand.that(false, 'legs', 0));
    expect(demand.violationOf(first)).toBe(first);
    expect(demand.violationOf('no legs')).toMatchObject({
      received: "'no legs'",
      cause: 'no legs',
    });
  });
});
