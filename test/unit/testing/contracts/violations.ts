import { type ContractCase, ContractViolation } from '../../../../lib/testing/contracts/index.js';

/** Runs the cases that are not skipped, and returns the violations by the name of their case. */
export async function violationsOf(
  cases: readonly ContractCase[],
): Promise<Record<string, ContractViolation>> {
  const violations: Record<string, ContractViolation> = {};
  for (const { name, skip, run } of cases) {
    if (skip !== undefined) continue;
    try {
      await run();
    } catch (error) {
      if (!(error instanceof ContractViolation)) throw error;
      violations[name] = error;
    }
  }
  return violations;
}

/** The names of the cases that fail. */
export async function failingCases(cases: readonly ContractCase[]): Promise<string[]> {
  return Object.keys(await violationsOf(cases));
}
