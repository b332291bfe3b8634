import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { monotonicMillis } from '../../system-time.js';

/** How late the timers of the event loop ran, in seconds. */
export interface EventLoopDelays {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** Readers that ask so soon one after the other get the same values. */
const MIN_INTERVAL_MILLIS = 5000;
const NANOS_PER_SECOND = 1e9;
/** The period of the timer whose delay is measured. Node's default; the overhead is one timer. */
const RESOLUTION_MILLIS = 10;

/**
 * Measures the delay of the event loop. The values are of the time since the last reading, so that a peak is not
 * diluted by hours; readings within five seconds are one, so that a second reader does not get an empty interval.
 */
export class EventLoopDelay {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MILLIS });
  #last: EventLoopDelays | undefined;
  #lastMillis = 0;

  constructor() {
    this.#histogram.enable();
  }

  /** @returns undefined before the first delay was measured */
  read(): EventLoopDelays | undefined {
    const now = monotonicMillis();
    const isRecent = this.#last !== undefined && now - this.#lastMillis < MIN_INTERVAL_MILLIS;
    const histogram = this.#histogram;
    if (isRecent || histogram.count === 0) return this.#last;
    this.#last = {
      min: histogram.min / NANOS_PER_SECOND,
      max: histogram.max / NANOS_PER_SECOND,
      mean: histogram.mean / NANOS_PER_SECOND,
      stddev: histogram.stddev / NANOS_PER_SECOND,
      p50: histogram.percentile(50) / NANOS_PER_SECOND,
      p90: histogram.percentile(90) / NANOS_PER_SECOND,
      p99: histogram.percentile(99) / NANOS_PER_SECOND,
    };
    this.#lastMillis = now;
    histogram.reset();
    return this.#last;
  }

  stop(): void {
    this.#histogram.disable();
  }
}
