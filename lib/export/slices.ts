import { performance } from 'node:perf_hooks';

/** The event loop turns after this time, when the step that exceeds it is over. */
const MAX_SLICE_MILLIS = 1;
/** Reading the clock for every span would take a twentieth of the time of encoding it. */
const STEPS_PER_LOOK = 8;

/**
 * Divides long work into slices, so that the user's requests do not wait for all of it. Several pieces of
 * work that are done at the same time share a slice, so that together they take no longer than one.
 */
export class Slices {
  /** Duration of all work so far, without what happened while the event loop turned. */
  workMillis = 0;
  #stepCount = 0;
  #sliceEnd = performance.now() + MAX_SLICE_MILLIS;
  #turning: Promise<void> | undefined;

  /** Called where a piece of work begins. @returns the time, for {@link end} */
  begin(): number {
    return performance.now();
  }

  /** Called where it waits or is over. @param start a result of {@link begin} */
  end(start: number): void {
    this.workMillis += performance.now() - start;
  }

  /** Counts a step. @returns whether {@link turn} is due */
  isOver(): boolean {
    return ++this.#stepCount % STEPS_PER_LOOK === 0 && performance.now() >= this.#sliceEnd;
  }

  /** Lets the event loop turn once, and begins the next slice. */
  turn(): Promise<void> {
    this.#turning ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#turning = undefined;
        this.#sliceEnd = performance.now() + MAX_SLICE_MILLIS;
        resolve();
      });
    });
    return this.#turning;
  }
}
