// Imported, not from the global object: tests replace the global timers with fake ones.
import { clearTimeout, setTimeout } from 'node:timers';

/** Options of the waiting methods. */
export interface WaitOptions {
  /** Time in milliseconds after which waiting fails. @default 2000 */
  readonly deadlineMillis?: number;
}

interface Waiter {
  /** Resolves the promise if its condition holds, and then returns true. */
  tryResolve(): boolean;
  reject(reason: string): void;
}

/** Promises with conditions that are checked after every event, in the order of their creation. */
export class SpanWaiters {
  readonly #waiting = new Set<Waiter>();
  readonly #describe: () => string;

  /** @param describe lists the spans that have arrived, for the message of a failure */
  constructor(describe: () => string) {
    this.#describe = describe;
  }

  /**
   * Waits until `take` returns a value.
   *
   * @param wanted describes the value, for the message of a failure
   * @param take returns the value, or undefined if it is not available yet
   * @returns a promise of the value; it rejects after the deadline, with a list of the spans that arrived
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

  /** Checks all conditions. Call it after a span has arrived. */
  check(): void {
    for (const waiter of this.#waiting) waiter.tryResolve();
  }

  /** Rejects all promises. */
  rejectAll(reason: string): void {
    for (const waiter of this.#waiting) waiter.reject(reason);
  }
}
