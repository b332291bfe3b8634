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
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), Math.max(0, timeoutMillis));
  });
  try {
    return await Promise.race([work.then(() => true), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
