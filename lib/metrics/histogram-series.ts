import type { Exemplar, HistogramPoint, MetricAttributes } from './metric-data.js';

/**
 * The values of one series of a histogram, counted in buckets with explicit bounds. For each bucket it keeps the last
 * exemplar: slow buckets, which get few values, then have one as well.
 *
 * Spec: `metrics/sdk.md#explicit-bucket-histogram-aggregation`, `#alignedhistogrambucketexemplarreservoir`.
 */
export class HistogramSeries {
  // TypeScript's `private`, not `#`: these change with each value.
  private count = 0;
  private sum = 0;
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;
  private readonly bucketCounts: Float64Array;
  private exemplars: (Exemplar | undefined)[] | undefined = undefined;

  /** @param bounds ascending upper bounds, inclusive */
  constructor(
    readonly attributes: MetricAttributes,
    private readonly bounds: readonly number[],
    private readonly startTimeMillis: number,
  ) {
    this.bucketCounts = new Float64Array(bounds.length + 1);
  }

  /**
   * @param value finite and not negative
   * @returns the index of the bucket, for {@link keepExemplar}
   */
  record(value: number): number {
    const bucket = this.bucketOf(value);
    (this.bucketCounts[bucket] as number)++;
    this.count++;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    return bucket;
  }

  /** Keeps an exemplar for a bucket, in place of the previous one. */
  keepExemplar(bucket: number, exemplar: Exemplar): void {
    this.exemplars ??= new Array(this.bounds.length + 1).fill(undefined);
    this.exemplars[bucket] = exemplar;
  }

  point(): HistogramPoint {
    const { attributes, startTimeMillis, count, sum, min, max } = this;
    return {
      attributes,
      startTimeMillis,
      count,
      sum,
      min: count === 0 ? undefined : min,
      max: count === 0 ? undefined : max,
      bucketCounts: Array.from(this.bucketCounts),
      exemplars: this.exemplars?.filter((exemplar) => exemplar !== undefined) ?? [],
    };
  }

  private bucketOf(value: number): number {
    const { bounds } = this;
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value <= (bounds[middle] as number)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
