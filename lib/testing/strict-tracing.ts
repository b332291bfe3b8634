import { checkOption } from '../option-checks.js';

/** The `afterEach` of a test runner. */
export type AfterEach = (hook: () => void) => unknown;

interface VerifiedRecorder {
  /** Throws if a span is unread or open. */
  verify(): void;
}

/**
 * The recorders that the last call of `strictTracing` verifies; undefined if it was not called. It is the
 * last one because a runner without isolation loads this file once for several files of tests, and each
 * of them registers hooks of its own.
 */
let verified: Set<VerifiedRecorder> | undefined;

/**
 * Makes the tests of a file strict: a test fails if it leaves a span open or does not read a span. The
 * message shows the spans and the code that started each of them. Call it once, at the top of a file of
 * tests, or in a set-up file of the runner. It applies to every `SpanRecorder` that is created
 * afterwards, also by `TracingTestingModule`, `testTracingOptions` and `createTestTracing`.
 *
 * @param afterEach the function of the test runner; not needed if the runner has it as a global
 * @throws TracingConfigError if there is no global `afterEach`, and none is given
 * @example
 * import { afterEach } from 'vitest';
 *
 * strictTracing(afterEach);
 */
export function strictTracing(afterEach: AfterEach | undefined = globalAfterEach()): void {
  checkOption(
    typeof afterEach === 'function',
    'strictTracing.afterEach',
    'must be the function afterEach of the test runner',
    afterEach,
    'Import it from the test runner and pass it: strictTracing(afterEach).',
  );
  const recorders = new Set<VerifiedRecorder>();
  verified = recorders;
  afterEach(() => verifyAll(recorders));
}

/**
 * Has the current strict tests verify a recorder.
 *
 * @returns whether there are any: without `strictTracing` it does nothing
 */
export function noteRecorder(recorder: VerifiedRecorder): boolean {
  verified?.add(recorder);
  return verified !== undefined;
}

/** Verifies each recorder, also after a failure, so that the next test starts without spans. */
function verifyAll(recorders: Iterable<VerifiedRecorder>): void {
  const errors: Error[] = [];
  for (const recorder of recorders) {
    try {
      recorder.verify();
    } catch (error) {
      errors.push(error as Error);
    }
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new Error(errors.map(({ message }) => message).join('\n\n'));
}

function globalAfterEach(): AfterEach | undefined {
  return (globalThis as { readonly afterEach?: AfterEach }).afterEach;
}
