import { setImmediate } from 'node:timers/promises';

const DEADLINE_MILLIS = 5000;

/**
 * Waits until `holds`, and fails after five seconds with what `describe` says then. Turns the event
 * loop in between and does not sleep.
 */
export async function until(holds: () => boolean, describe: () => unknown): Promise<void> {
  const deadline = performance.now() + DEADLINE_MILLIS;
  while (!holds()) {
    if (performance.now() > deadline) {
      throw new Error(`It did not come true within 5 s: ${JSON.stringify(describe())}`);
    }
    await setImmediate();
  }
}
