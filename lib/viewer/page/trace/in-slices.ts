/** A picture is painted each 16 ms; this leaves time for it. */
const SLICE_MILLIS = 8;

/** What slices need of the browser. */
export interface SliceClock {
  /** Epoch milliseconds. */
  readonly nowMillis: () => number;
  /** Calls later. @returns ends it */
  readonly later: (run: () => void, millis: number) => () => void;
}

/**
 * Takes the steps of a computation in slices, so that the page can paint and answer between them. A slice ends with the
 * first step after 8 ms.
 *
 * @param done called after the last step
 * @returns ends it
 */
export function inSlices(
  steps: Generator<void, void>,
  { nowMillis, later }: SliceClock,
  done: () => void,
): () => void {
  let end = (): void => {};
  const run = (): void => {
    const sliceEnd = nowMillis() + SLICE_MILLIS;
    do {
      if (steps.next().done !== true) continue;
      done();
      return;
    } while (nowMillis() < sliceEnd);
    end = later(run, 0);
  };
  run();
  return () => end();
}
