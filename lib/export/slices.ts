import { performance } from 'node:perf_hooks';

/** After this long the event loop gets a turn; what one step takes beyond comes on top. */
const MAX_SLICE_MILLIS = 1;
/** Looking at the clock for every span would cost a twentieth of what encoding it costs. */
const STEPS_PER_LOOK = 8;

/** Cuts long work into slices, so that the user's requests are not kept waiting by it. */
export class Slices {
  #stepCount = 0;
  #sliceEnd = performance.now() + MAX_SLICE_MILLIS;

  /** Counts a step. @returns whether {@link turn} is due */
  isOver(): boolean {
    return ++this.#stepCount % STEPS_PER_LOOK === 0 && performance.now() >= this.#sliceEnd;
  }

  /** Lets the event loop turn once. */
  async turn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#sliceEnd = performance.now() + MAX_SLICE_MILLIS;
  }
}
