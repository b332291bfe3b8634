import { setImmediate, setTimeout } from 'node:timers/promises';

const DEADLINE_MILLIS = 15_000;
const POLL_MILLIS = 20;

/** What needs no other process has happened after so many turns of the event loop. */
const TURNS_BEFORE_SLEEP = 200;

/**
 * Waits until `holds`, and fails after 15 seconds with what `describe` says then. First it turns the event loop; then
 * it sleeps in between, so that the process that it waits for gets the processor.
 */
export async function until(holds: () => boolean, describe: () => unknown): Promise<void> {
  const deadline = performance.now() + DEADLINE_MILLIS;
  for (let turn = 0; !holds(); turn++) {
    if (performance.now() > deadline) {
      throw new Error(`It did not come true within 15 s: ${JSON.stringify(describe())}`);
    }
    if (turn < TURNS_BEFORE_SLEEP) await setImmediate();
    else await setTimeout(1);
  }
}

/**
 * Reads a value again and again until it meets the expectation, for what another process shows in its own time. Fails
 * after 15 seconds as the expectation does.
 */
export async function expectSoon<T>(
  read: () => Promise<T>,
  expectation: (value: T) => void,
): Promise<void> {
  const deadline = performance.now() + DEADLINE_MILLIS;
  for (;;) {
    const value = await read();
    try {
      expectation(value);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await setTimeout(POLL_MILLIS);
  }
}
