import { monotonicMillis } from './system-time.js';

/** A timer of Node that is so late has waited for a process that was stopped, or for blocked code. */
export const STOPPED_MILLIS = 1_000;
/** A process that is stopped again and again waits for nothing forever. */
const MAX_RESTARTS = 10;

/** A time limit that {@link startAwakeTimeout} has started. */
export interface AwakeTimeout {
  /** Ends it: nothing is called any more. */
  clear(): void;
}

/**
 * Calls back after `millis`, unless the process could not run at that time: platforms for functions freeze a process
 * between two calls, also in the middle of a request, and no answer could reach it. Then the time begins again.
 *
 * @param onOver the time is over
 * @param onRestart the time begins again
 * @param keepsProcess whether the timer keeps the process alive
 */
export function startAwakeTimeout(
  onOver: () => void,
  millis: number,
  onRestart: () => void = () => {},
  keepsProcess = false,
): AwakeTimeout {
  let restartCount = 0;
  let timer: NodeJS.Timeout;
  const start = (): void => {
    const due = monotonicMillis() + millis;
    timer = setTimeout(() => {
      if (monotonicMillis() - due < STOPPED_MILLIS || ++restartCount > MAX_RESTARTS) {
        onOver();
        return;
      }
      onRestart();
      start();
    }, millis);
    if (!keepsProcess) timer.unref();
  };
  start();
  return { clear: () => clearTimeout(timer) };
}
