import { LAST_BUCKET, LogHistogram } from './histogram.js';

/** What is kept of one call: the buckets of its durations, and what failed. */
export interface CountedCall {
  /** Buckets of `durationBucketOf`; {@link NO_DURATION} for a duration that is not known. */
  readonly clientBucket: number;
  readonly serverBucket: number;
  readonly betweenBucket: number;
  /** Undefined for a call that succeeded. */
  readonly error: string | undefined;
}

/** Stands for a duration that is not known. */
export const NO_DURATION = -2;

/** Durations of calls. */
export interface DurationSummary {
  readonly count: number;
  /** Nanoseconds, exact to 2.2 %; undefined without calls. */
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly max: number | undefined;
}

/** Counts of an edge or a node. */
export interface GraphCounts {
  readonly callCount: number;
  readonly failedCount: number;
  /** Calls a second. */
  readonly rate: number;
  /** The failed calls by what failed, the most frequent first. */
  readonly errors: readonly { readonly error: string; readonly count: number }[];
  /** As the callers saw it. */
  readonly client: DurationSummary;
  /** As the receiver saw it. */
  readonly server: DurationSummary;
  /** The time on the network and in queues. */
  readonly between: DurationSummary;
}

/** The three durations have one map: three maps for each edge and five seconds take four times the memory. */
const SERIES_WIDTH = LAST_BUCKET + 2;
const CLIENT = 0;
const SERVER = 1;
const BETWEEN = 2;

/** Adds up calls. What was added can be taken back. */
export class CallCounts {
  #callCount = 0;
  readonly #durations = new Map<number, number>();
  readonly #errors = new Map<string, number>();

  get callCount(): number {
    return this.#callCount;
  }

  /** The number of different values, which take memory. */
  get valueCount(): number {
    return this.#durations.size + this.#errors.size;
  }

  /** @param sign -1 takes the call back */
  add({ clientBucket, serverBucket, betweenBucket, error }: CountedCall, sign: 1 | -1): void {
    this.#callCount += sign;
    this.#addDuration(CLIENT, clientBucket, sign);
    this.#addDuration(SERVER, serverBucket, sign);
    this.#addDuration(BETWEEN, betweenBucket, sign);
    if (error !== undefined) change(this.#errors, error, sign);
  }

  /** Adds all calls of others. */
  merge(other: CallCounts): void {
    this.#callCount += other.#callCount;
    for (const [key, count] of other.#durations) change(this.#durations, key, count);
    for (const [error, count] of other.#errors) change(this.#errors, error, count);
  }

  /** @param seconds the time of the calls, for their rate */
  read(seconds: number): GraphCounts {
    const errors = [...this.#errors].map(([error, count]) => ({ error, count }));
    errors.sort((a, b) => b.count - a.count || (a.error < b.error ? -1 : 1));
    const series = [new LogHistogram(), new LogHistogram(), new LogHistogram()] as const;
    for (const [key, count] of this.#durations) {
      const bucket = (key % SERIES_WIDTH) - 1;
      series[Math.floor(key / SERIES_WIDTH)]?.addBucket(bucket, count);
    }
    return {
      callCount: this.#callCount,
      failedCount: errors.reduce((sum, { count }) => sum + count, 0),
      rate: seconds === 0 ? 0 : this.#callCount / seconds,
      errors,
      client: summaryOf(series[CLIENT]),
      server: summaryOf(series[SERVER]),
      between: summaryOf(series[BETWEEN]),
    };
  }

  #addDuration(series: number, bucket: number, sign: 1 | -1): void {
    // The lowest bucket is -1.
    if (bucket !== NO_DURATION) change(this.#durations, series * SERIES_WIDTH + bucket + 1, sign);
  }
}

function change<Key>(counts: Map<Key, number>, key: Key, difference: number): void {
  const count = (counts.get(key) ?? 0) + difference;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

function summaryOf(histogram: LogHistogram): DurationSummary {
  return {
    count: histogram.count,
    p50: histogram.quantile(0.5),
    p95: histogram.quantile(0.95),
    max: histogram.max,
  };
}
