import { setImmediate } from 'node:timers/promises';
import { runInThisContext } from 'node:vm';

/**
 * Runs `run` and collects the reasons of rejections that nobody handled, as Node reports them. Jest
 * hands tests a copy of `process` that hears of nothing, and fails a test for such a rejection; so
 * this listens at the real one, in the place of jest.
 */
export async function unhandledRejectionsOf(run: () => void): Promise<unknown[]> {
  const process = runInThisContext('process') as NodeJS.Process;
  const others = process.listeners('unhandledRejection');
  const reasons: unknown[] = [];
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => reasons.push(reason));
  try {
    run();
    // Node reports when the queue of microtasks has run empty.
    await setImmediate();
    await setImmediate();
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const other of others) process.on('unhandledRejection', other);
  }
  return reasons;
}
