import { checkArray, checkFunction, checkOption, checkString } from '../../option-checks.js';
import type { ContractCase } from './contract-case.js';

/** The functions of a test runner that {@link describeContract} calls. jest, vitest and node:test have them. */
export interface ContractRunner {
  /** Groups the tests of the contract. */
  readonly describe: (name: string, body: () => void) => unknown;
  /** Declares a test. node:test ignores the time limit, because it has none by default. */
  readonly it: ContractTest;
}

/** The function `it` or `test` of a test runner. */
export interface ContractTest {
  /** @param timeoutMillis the time that the test can need, in milliseconds */
  (name: string, body: () => Promise<void>, timeoutMillis?: number): unknown;
  /** Declares a test that the runner shows as skipped. */
  readonly skip: (name: string, body: () => Promise<void>) => unknown;
}

/**
 * Declares a group with one test for each case. A skipped case is a skipped test, with the reason in its
 * name.
 *
 * @param name the name of the group, such as that of the implementation
 * @throws TracingConfigError for an empty list of cases, and for a runner without these functions
 * @example
 * import { describe, it } from 'node:test'; // or from '@jest/globals', or from 'vitest'
 * describeContract('RegionSampler', samplerContract(subject), { describe, it });
 */
export function describeContract(
  name: string,
  cases: readonly ContractCase[],
  runner: ContractRunner,
): void {
  checkString('describeContract.name', name, 'Give the name of the implementation.');
  checkArray('describeContract.cases', cases, 'Give the cases of a contract.');
  const remedy = 'Give the functions of the test runner: { describe, it }.';
  const isObject = typeof runner === 'object' && runner !== null;
  checkOption(isObject, 'describeContract.runner', 'must be an object', runner, remedy);
  const { describe, it } = runner;
  checkFunction('describeContract.describe', describe ?? null, undefined, remedy);
  checkFunction('describeContract.it', it ?? null, undefined, remedy);
  checkFunction('describeContract.it.skip', it.skip ?? null, undefined, remedy);
  checkOption(
    cases.length > 0,
    'describeContract.cases',
    'must contain cases',
    cases,
    'Give the cases of a contract.',
  );
  describe(name, () => {
    for (const { name: fact, skip, run, timeoutMillis } of cases) {
      if (skip === undefined) it(fact, run, timeoutMillis);
      else it.skip(`${fact} (skipped: ${skip})`, run);
    }
  });
}
