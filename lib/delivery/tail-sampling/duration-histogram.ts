/** Each bucket reaches a tenth further than the one before: the error of a quantile is below 10 %. */
const GROWTH = Math.log(1.1);
const LEAST_MILLIS = 0.01;
/** Up to about three hours; longer durations are in the last bucket. */
const BUCKET_COUNT = 220;
/** When the counts are halved, so that a service that has become slower or faster is learned anew. */
const MAX_COUNT = 10_000;
/** Fewer durations do not show the slowest hundredth. */
const LEAST_COUNT = 200;
/** Durations between two computations of the quantile, which reads all buckets. */
const REFRESH_COUNT = 32;
const SLOW_SHARE = 0.01;

/**
 * A histogram of durations with logarithmic buckets that forgets slowly. It takes a fixed amount of
 * memory, half a kilobyte, and a fixed time for each duration.
 */
export class DurationHistogram {
  readonly #buckets = new Uint16Array(BUCKET_COUNT);
  #count = 0;
  #untilRefresh = LEAST_COUNT;
  #p99Millis = Number.POSITIVE_INFINITY;

  /**
   * The duration in milliseconds that 99 of 100 do not exceed, at most 10 % too large; Infinity until
   * 200 durations are known.
   */
  get p99Millis(): number {
    return this.#p99Millis;
  }

  /** @param millis a duration from 0 on */
  add(millis: number): void {
    const index = bucketOf(millis);
    this.#buckets[index] = (this.#buckets[index] as number) + 1;
    if (++this.#count >= MAX_COUNT) this.#halve();
    if (--this.#untilRefresh > 0) return;
    this.#untilRefresh = REFRESH_COUNT;
    this.#p99Millis = this.#findP99();
  }

  #findP99(): number {
    const mayBeAbove = this.#count * SLOW_SHARE;
    let above = 0;
    for (let i = BUCKET_COUNT - 1; i >= 0; i--) {
      above += this.#buckets[i] as number;
      if (above > mayBeAbove) return upperEdgeOf(i);
    }
    return Number.POSITIVE_INFINITY;
  }

  #halve(): void {
    this.#count = 0;
    for (let i = 0; i < BUCKET_COUNT; i++) {
      const half = (this.#buckets[i] as number) >> 1;
      this.#buckets[i] = half;
      this.#count += half;
    }
  }
}

function bucketOf(millis: number): number {
  if (!(millis > LEAST_MILLIS)) return 0;
  const index = Math.ceil(Math.log(millis / LEAST_MILLIS) / GROWTH);
  return Math.min(index, BUCKET_COUNT - 1);
}

function upperEdgeOf(index: number): number {
  // The last bucket has no upper edge: no duration is slower than the bucket.
  return index === BUCKET_COUNT - 1
    ? Number.POSITIVE_INFINITY
    : LEAST_MILLIS * Math.exp(index * GROWTH);
}
