import { epochMillis, monotonicMillis, TIME_ORIGIN_MILLIS } from '../system-time.js';

/**
 * The source of span times. Replace it with the token `CLOCK`, for example by a steady clock in tests.
 *
 * A span reads `now` when it starts and when it ends. Only the first span of a trace in this process
 * reads `originEpochMillis`; its children use the same origin, so that an adjustment of the wall clock
 * does not shift the spans of a running trace against each other. If a clock throws or runs backwards,
 * the library reports it and uses the last valid time.
 */
export interface Clock {
  /** A reading of at least 0 that never decreases, in milliseconds with a fraction. Its zero is arbitrary. */
  now(): number;
  /** The epoch time at which `now()` read zero, in whole milliseconds. */
  originEpochMillis(): number;
}

/** Tolerated difference between wall clock and monotonic clock before new traces follow the wall clock. */
const TOLERATED_DRIFT_MILLIS = 5;
const DRIFT_CHECK_INTERVAL_MILLIS = 1000;

/**
 * The monotonic clock of the process, aligned with the wall clock. It has nanosecond resolution. If the
 * wall clock is adjusted (by NTP, by hand, or after the computer was suspended), traces that start at
 * least one second later use the adjusted time. Earlier traces keep their times.
 */
export class SystemClock implements Clock {
  // The fraction of the time origin is part of the readings, so that the origin is a whole number: their
  // sum in one double would only be exact to a quarter of a microsecond.
  readonly #fractionMillis = TIME_ORIGIN_MILLIS - Math.floor(TIME_ORIGIN_MILLIS);
  #originEpochMillis = Math.floor(TIME_ORIGIN_MILLIS);
  #lastReading = 0;
  #nextDriftCheck = 0;

  readonly #monotonicMillis: () => number;
  readonly #epochMillis: () => number;

  /** The parameters replace the clocks of the system in tests of this class; elsewhere leave them out. */
  constructor(monotonic = monotonicMillis, epoch = epochMillis) {
    this.#monotonicMillis = monotonic;
    this.#epochMillis = epoch;
  }

  now(): number {
    this.#lastReading = this.#monotonicMillis() + this.#fractionMillis;
    return this.#lastReading;
  }

  originEpochMillis(): number {
    // The last reading is recent enough, and another one would double the cost of starting a span.
    if (this.#lastReading >= this.#nextDriftCheck) this.#followWallClock(this.now());
    return this.#originEpochMillis;
  }

  #followWallClock(now: number): void {
    this.#nextDriftCheck = now + DRIFT_CHECK_INTERVAL_MILLIS;
    const drift = this.#epochMillis() - (this.#originEpochMillis + now);
    if (Math.abs(drift) > TOLERATED_DRIFT_MILLIS) this.#originEpochMillis += Math.round(drift);
  }
}
