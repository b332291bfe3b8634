// By name, not from the global object: tests replace the global timers by ones that stand still.
import { clearTimeout, setTimeout } from 'node:timers';

/** How long a test waits. */
export interface WaitOptions {
  /** Duration in milliseconds after which waiting has failed. @default 2000 */
  readonly deadlineMillis?: number;
}

interface Waiter {
  /** True if what was waited for had come. */
  tryResolve(): boolean;
  reject(reason: string): void;
}

/** Promises that are asked again on every event, in the order in which they began to wait. */
export class SpanWaiters {
  readonly #waiting = new Set<Waiter>();
  readonly #describe: () => string;

  /** @param describe says what has arrived so far, for the message of a failure */
  constructor(describe: () => string) {
    this.#describe = describe;
  }

  /**
   * @param wanted what is waited for, in a few words
   * @param take hands out what was waited for, or undefined while it has not come
   * @returns rejects after the deadline, saying what had arrived by then
   */
  wait<T>(wanted: string, options: WaitOptions, take: () => T | undefined): Promise<T> {
    const { deadlineMillis = 2000 } = options;
    return new Promise<T>((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiter);
      };
      const waiter: Waiter = {
        tryResolve: () => {
          const taken = take();
          if (taken === undefined) return false;
          stop();
          resolve(taken);
          return true;
        },
        reject: (reason) => {
          stop();
          reject(new Error(`${reason} while waiting for ${wanted}.\n${this.#describe()}`));
        },
      };
      const timer = setTimeout(() => waiter.reject(`${deadlineMillis} ms went by`), deadlineMillis);
      if (!waiter.tryResolve()) this.#waiting.add(waiter);
    });
  }

  /** Something has arrived. */
  check(): void {
    for (const waiter of this.#waiting) waiter.tryResolve();
  }

  /** Nothing that is waited for will come. */
  rejectAll(reason: string): void {
    for (const waiter of this.#waiting) waiter.reject(reason);
  }
}
