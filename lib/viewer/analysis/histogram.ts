/** Each bucket is this part of a doubling wide, so a value is exact to 2.2 %. */
const BUCKETS_PER_DOUBLING = 16;
/** The bucket of values below 1. */
const ZERO_BUCKET = -1;

/**
 * A histogram of durations in nanoseconds whose buckets grow with the values. What was added can be
 * removed, so that late spans can correct a trace's part. Only buckets with values take memory.
 */
export class LogHistogram {
  readonly #counts = new Map<number, number>();
  #count = 0;

  /** The number of values. */
  get count(): number {
    return this.#count;
  }

  /** @param nanos what is not a number, or negative, is ignored */
  add(nanos: number, times = 1): void {
    const bucket = durationBucketOf(nanos);
    if (bucket !== undefined) this.#change(bucket, times);
  }

  /** Adds values by their bucket. @param bucket of {@link durationBucketOf} */
  addBucket(bucket: number, times: number): void {
    this.#change(bucket, times);
  }

  /** Removes a value that was added. */
  remove(nanos: number): void {
    this.add(nanos, -1);
  }

  /** Adds all values of another histogram. @param sign -1 to remove them */
  merge(other: LogHistogram, sign: 1 | -1 = 1): void {
    for (const [bucket, count] of other.#counts) this.#change(bucket, count * sign);
  }

  /**
   * The value below which a part of the values are, exact to 2.2 %; undefined without values.
   *
   * @param part from 0 to 1
   */
  quantile(part: number): number | undefined {
    if (this.#count === 0) return undefined;
    const wanted = Math.max(1, Math.ceil(part * this.#count));
    let seen = 0;
    let last: number | undefined;
    for (const [bucket, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      seen += count;
      last = bucket;
      if (seen >= wanted) break;
    }
    return last === undefined ? undefined : middleOf(last);
  }

  /** The greatest value, exact to 2.2 %; undefined without values. */
  get max(): number | undefined {
    return this.quantile(1);
  }

  /** The number of values in each bucket with values, by the bucket's lower bound. */
  buckets(): { readonly fromNanos: number; readonly toNanos: number; readonly count: number }[] {
    return [...this.#counts]
      .sort(([a], [b]) => a - b)
      .map(([bucket, count]) => ({
        fromNanos: lowerBoundOf(bucket),
        toNanos: lowerBoundOf(bucket + 1),
        count,
      }));
  }

  #change(bucket: number, difference: number): void {
    const count = (this.#counts.get(bucket) ?? 0) + difference;
    this.#count += difference;
    if (count === 0) this.#counts.delete(bucket);
    else this.#counts.set(bucket, count);
  }
}

/**
 * The bucket of a duration: a whole number from -1 to {@link LAST_BUCKET}; undefined for what is not a number,
 * negative or infinite.
 */
export function durationBucketOf(nanos: number): number | undefined {
  if (!(nanos >= 0) || nanos === Infinity) return undefined;
  if (nanos < 1) return ZERO_BUCKET;
  return Math.min(LAST_BUCKET, Math.floor(Math.log2(nanos) * BUCKETS_PER_DOUBLING));
}

/** The bucket of all values from 2^64 ns, 584 years. */
export const LAST_BUCKET = 64 * BUCKETS_PER_DOUBLING;

function lowerBoundOf(bucket: number): number {
  return bucket === ZERO_BUCKET ? 0 : 2 ** (bucket / BUCKETS_PER_DOUBLING);
}

function middleOf(bucket: number): number {
  return bucket === ZERO_BUCKET ? 0 : 2 ** ((bucket + 0.5) / BUCKETS_PER_DOUBLING);
}
