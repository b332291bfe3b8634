const SECOND_MILLIS = 1000;
/** The permits of a second are released in this many portions, so that a burst does not use all of them. */
const PORTIONS = 10;

/**
 * Hands out a fixed number of permits per second. From 10 per second on, a tenth of them is released in each tenth of
 * a second. The rest of the second can use unused permits; the next second starts again.
 */
export class TracePermits {
  /** Permits per second, at least 0. */
  readonly perSecond: number;
  readonly #now: () => number;
  readonly #windowMillis: number;
  readonly #permitsPerWindow: number;
  #windowStart = Number.NEGATIVE_INFINITY;
  /** Permits of this window, including the unusable fraction of the previous window. */
  #permits: number;
  #taken = 0;

  /**
   * @param perSecond finite, at least 0; 0.1 gives one permit in ten seconds, 0 gives none
   * @param now a monotonic clock in milliseconds
   */
  constructor(perSecond: number, now: () => number) {
    this.perSecond = perSecond;
    this.#now = now;
    const isSlow = perSecond > 0 && perSecond < 1;
    this.#windowMillis = isSlow ? SECOND_MILLIS / perSecond : SECOND_MILLIS;
    this.#permitsPerWindow = isSlow ? 1 : perSecond;
    this.#permits = this.#permitsPerWindow;
  }

  /** Takes a permit. @returns false if there is none at this time */
  take(): boolean {
    const now = this.#now();
    let elapsed = now - this.#windowStart;
    if (elapsed >= this.#windowMillis) {
      this.#openWindow(now, elapsed);
      elapsed = now - this.#windowStart;
    }
    if (this.#taken >= this.#permitted(elapsed)) return false;
    this.#taken++;
    return true;
  }

  /** During traffic, windows follow each other without gaps. After a pause, a window starts now. */
  #openWindow(now: number, elapsed: number): void {
    const isNext = elapsed < 2 * this.#windowMillis;
    this.#windowStart = isNext ? this.#windowStart + this.#windowMillis : now;
    const unusable = isNext ? this.#permits - Math.floor(this.#permits) : 0;
    this.#permits = this.#permitsPerWindow + unusable;
    this.#taken = 0;
  }

  #permitted(elapsedMillis: number): number {
    const permits = Math.floor(this.#permits);
    if (permits < PORTIONS) return permits;
    const portions = Math.floor((elapsedMillis / SECOND_MILLIS) * PORTIONS) + 1;
    return Math.floor((permits * portions) / PORTIONS);
  }
}
