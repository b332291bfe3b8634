import { setTimeout } from 'node:timers/promises';

/**
 * Does something again and again until a promise has settled, such as to cancel a query that the server
 * may not have begun yet. Gives up after some seconds.
 */
export async function untilSettled(
  promise: Promise<unknown>,
  act: () => Promise<unknown>,
): Promise<void> {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  promise.then(settle, settle);
  for (let count = 0; count < 100 && !isSettled; count++) {
    // What is gone already cannot be cancelled again.
    await act().catch(() => {});
    await setTimeout(20);
  }
}
