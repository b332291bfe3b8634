import { contextStorage } from '../../context/index.js';

/** Share of the interval by which it is lengthened or shortened, so that processes do not ask all at once. */
const JITTER = 0.1;
/** Timers of Node that should wait for longer do not wait at all. */
const MAX_TIMER_MILLIS = 2 ** 31 - 1;

/**
 * Runs an asynchronous task at once, and again in about equal intervals. Runs do not overlap: the interval starts when
 * a run has ended. Its timer does not keep the process alive.
 */
export class RepeatedTask {
  readonly #run: (signal: AbortSignal) => Promise<void>;
  readonly #intervalMillis: () => number;
  #timer: NodeJS.Timeout | undefined;
  #abort: AbortController | undefined;

  /**
   * @param intervalMillis returns the time to the next run, above 0; it varies by a tenth
   * @param run must not reject; the signal is aborted when the task is stopped
   */
  constructor(intervalMillis: () => number, run: (signal: AbortSignal) => Promise<void>) {
    this.#intervalMillis = intervalMillis;
    this.#run = run;
  }

  get isRunning(): boolean {
    return this.#abort !== undefined;
  }

  /** Has no effect if it is running. @param isImmediate false waits for an interval before the first run */
  start(isImmediate = true): void {
    if (this.#abort !== undefined) return;
    const abort = new AbortController();
    this.#abort = abort;
    // The timers must not retain the request whose span started the task.
    contextStorage.runSuppressed(() => {
      if (isImmediate) void this.#runAndWait(abort.signal);
      else this.#wait(abort.signal);
    });
  }

  /** Aborts the run under way. It can be started again. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#abort?.abort();
    this.#abort = undefined;
  }

  async #runAndWait(signal: AbortSignal): Promise<void> {
    await this.#run(signal);
    if (!signal.aborted) this.#wait(signal);
  }

  #wait(signal: AbortSignal): void {
    const varied = this.#intervalMillis() * (1 + JITTER * (2 * Math.random() - 1));
    const millis = Math.min(varied, MAX_TIMER_MILLIS);
    this.#timer = setTimeout(() => void this.#runAndWait(signal), millis);
    this.#timer.unref();
  }
}
