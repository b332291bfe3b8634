/**
 * Waits for `work`, but not longer than `timeoutMillis`. The process stays alive for as long as it
 * waits: whoever shuts an application down relies on what comes afterwards.
 *
 * @returns whether it was settled in time; a rejection in time is passed on, a later one is ignored
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
