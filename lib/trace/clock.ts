import { epochMillis, monotonicMillis, TIME_ORIGIN_MILLIS } from '../system-time.js';

/**
 * Where times come from. Replace it through the token `CLOCK`; a test gives a steady one.
 *
 * A span reads `now` when it starts and when it ends. Only the first span of a trace in this process
 * reads `originEpochMillis`; its children take it over, so that a wall clock which is set while a
 * trace runs cannot tear the trace apart. A clock that throws, or runs backwards, is reported and
 * replaced by the last good time.
 */
export interface Clock {
  /** A reading from 0 on that never decreases, in milliseconds with a fraction; its zero is arbitrary. */
  now(): number;
  /** The epoch time at which `now()` read zero, in whole milliseconds. */
  originEpochMillis(): number;
}

/** How far wall clock and monotonic clock may disagree before new traces follow the wall clock. */
const TOLERATED_DRIFT_MILLIS = 5;
const DRIFT_CHECK_INTERVAL_MILLIS = 1000;

/**
 * The monotonic clock of the process, tied to the wall clock: nanosecond resolution, and within a
 * second after the wall clock was set (by NTP, by hand, by a machine that woke up) new traces agree
 * with it again.
 */
export class SystemClock implements Clock {
  // What the time origin has below a millisecond goes into the readings, so that the origin is a whole
  // number: a sum of both in one double would be exact to a quarter of a microsecond only.
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
    // The last reading is recent enough here, and a reading costs as much as all else of a span's start.
    if (this.#lastReading >= this.#nextDriftCheck) this.#followWallClock(this.now());
    return this.#originEpochMillis;
  }

  #followWallClock(now: number): void {
    this.#nextDriftCheck = now + DRIFT_CHECK_INTERVAL_MILLIS;
    const drift = this.#epochMillis() - (this.#originEpochMillis + now);
    if (Math.abs(drift) > TOLERATED_DRIFT_MILLIS) this.#originEpochMillis += Math.round(drift);
  }
}
