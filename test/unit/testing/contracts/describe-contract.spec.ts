import * as nodeTest from 'node:test';
import { describe, expect, it } from '@jest/globals';
import { type ContractCase, describeContract } from '../../../../lib/testing/contracts/index.js';

const run = async (): Promise<void> => {};
const CASES: ContractCase[] = [
  { name: 'walks', rule: 'birds.md', isOwnRule: false, timeoutMillis: 7, run },
  { name: 'flies', rule: 'birds.md', isOwnRule: false, timeoutMillis: 8, run, skip: 'a penguin' },
];

function listed(cases: readonly ContractCase[]): unknown[][] {
  const calls: unknown[][] = [];
  const test = Object.assign((...values: unknown[]) => void calls.push(['it', ...values]), {
    skip: (...values: unknown[]) => void calls.push(['skip', ...values]),
  });
  describeContract('Bird', cases, {
    it: test,
    describe: (name, body) => {
      calls.push(['describe', name]);
      body();
    },
  });
  return calls;
}

describe('describeContract', () => {
  it('declares a test for each case, and a skipped one with the reason', () => {
    expect(listed(CASES)).toEqual([
      ['describe', 'Bird'],
      ['it', 'walks', run, 7],
      ['skip', 'flies (skipped: a penguin)', run],
    ]);
  });

  it('fits the functions of jest and node:test', () => {
    const runners = [{ describe, it }, nodeTest] satisfies Parameters<typeof describeContract>[2][];
    expect(runners).toHaveLength(2);
  });

  it.each([
    ['no name', '', CASES, { describe, it }, 'describeContract.name must be'],
    ['no list', 'Bird', {}, { describe, it }, 'describeContract.cases must be an array'],
    ['no cases', 'Bird', [], { describe, it }, 'describeContract.cases must contain cases'],
    ['no describe', 'Bird', CASES, { it }, 'describeContract.describe must be a function'],
    ['no it', 'Bird', CASES, { describe }, 'describeContract.it must be a function'],
    ['no skip', 'Bird', CASES, { describe, it: () => {} }, 'describeContract.it.skip must be'],
    ['no runner', 'Bird', CASES, undefined, 'describeContract.runner must be an object'],
  ])('refuses %s', (_what, name, cases, runner, message) => {
    expect(() => describeContract(name, cases as never, runner as never)).toThrow(message);
  });
});
