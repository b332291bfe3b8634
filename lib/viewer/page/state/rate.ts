/** Over this time a rate is computed: long enough to be readable, short enough to be current. */
const WINDOW_MILLIS = 5_000;

interface Sample {
  readonly atMillis: number;
  readonly count: number;
}

/** How quickly a count grows. The count may begin anew. */
export class Rate {
  readonly #samples: Sample[] = [];

  add(count: number, atMillis: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && count < last.count) this.#samples.length = 0;
    this.#samples.push({ atMillis, count });
    this.#dropBefore(atMillis - WINDOW_MILLIS);
  }

  /** @returns the growth in a second, over the last five seconds */
  perSecond(atMillis: number): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || first === last) return 0;
    if (atMillis - last.atMillis >= WINDOW_MILLIS) return 0;
    const millis = Math.max(atMillis - first.atMillis, 1_000);
    return ((last.count - first.count) * 1_000) / millis;
  }

  /** The latest sample before the window stays: the growth since then is known. */
  #dropBefore(millis: number): void {
    while (this.#samples.length > 2 && (this.#samples[1] as Sample).atMillis < millis) {
      this.#samples.shift();
    }
  }
}
