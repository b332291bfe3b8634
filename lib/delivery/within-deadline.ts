import { performance } from 'node:perf_hooks';
import { type AwakeTimeout, startAwakeTimeout } from '../awake-timeout.js';
import { contextStorage } from '../context/index.js';
import type { Diagnostics } from '../diagnostics.js';

/**
 * Waits for `work`, at most `timeoutMillis`. The timer keeps the process alive, because the code that
 * shuts an application down relies on the code after it.
 *
 * @returns whether `work` settled in time; passes on a rejection in time, and ignores a later one
 */
export async function settlesWithin(
  work: Promise<unknown>,
  timeoutMillis: number,
): Promise<boolean> {
  let timeout: AwakeTimeout | undefined;
  const over = new Promise<false>((resolve) => {
    const millis = Math.max(0, timeoutMillis);
    timeout = startAwakeTimeout(() => resolve(false), millis, undefined, true);
  });
  try {
    return await Promise.race([work.then(() => true), over]);
  } finally {
    timeout?.clear();
  }
}

/**
 * Calls an exporter with tracing suppressed, and waits for the result. Never rejects.
 *
 * @param deadline when to give up, by `performance.now()`
 * @param cause what is reported if the call throws, rejects or takes too long: `A span exporter could not be flushed`
 * @param exporter its name, for the log
 */
export async function completesWithin(
  deadline: number,
  call: () => unknown,
  cause: string,
  exporter: string,
  diagnostics: Diagnostics,
): Promise<void> {
  try {
    const answer = Promise.resolve(contextStorage.runSuppressed(call));
    if (await settlesWithin(answer, deadline - performance.now())) return;
    diagnostics.report(`${cause} in time`, exporter);
  } catch (error) {
    diagnostics.report(cause, error);
  }
}
