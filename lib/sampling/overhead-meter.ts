import { monotonicMillis } from '../system-time.js';

/** One of so many starts and ends of spans is timed, so that the measurement costs a fraction of a percent of them. */
const TIMED_INTERVAL = 16;
/** A longer step was interrupted by another process or by a collection of garbage, which the timed ones must not multiply. */
const MAX_STEP_MILLIS = 1;
/**
 * CPU time of a recorded span as a multiple of its start and its end, which are timed. The rest is the context that
 * carries it, the hooks of frameworks, its attributes, the export and the collection of its garbage. Measured with the
 * requests of an application: RATIONALE, "How does the governor know what tracing costs?".
 */
const WHOLE_COST = 2.5;

/** Estimates how much time tracing takes, from a sample of the starts and ends of spans. */
export class OverheadMeter {
  // Called for each span: plain fields take less time than `#`.
  private stepCount = 0;
  private stepStart = 0;
  private isTiming = false;
  private timedMillis = 0;
  readonly #now: () => number;

  constructor(now: () => number = monotonicMillis) {
    this.#now = now;
  }

  /** Called where the start or the end of a span begins. @returns whether this step is timed */
  begin(): boolean {
    this.isTiming = ++this.stepCount % TIMED_INTERVAL === 0;
    if (this.isTiming) this.stepStart = this.#now();
    return this.isTiming;
  }

  /** Called where that step is over. */
  finish(): void {
    if (!this.isTiming) return;
    this.isTiming = false;
    this.timedMillis += Math.min(this.#now() - this.stepStart, MAX_STEP_MILLIS);
  }

  /** Returns the estimated time since the last call, in milliseconds. */
  takeMillis(): number {
    const millis = this.timedMillis * TIMED_INTERVAL * WHOLE_COST;
    this.timedMillis = 0;
    return millis;
  }
}
