import { checkOption } from '../option-checks.js';
import type { Clock } from '../trace/index.js';

/** How a {@link SteadyClock} begins. */
export interface SteadyClockOptions {
  /** Epoch time of the first reading, in whole milliseconds. @default 2024-01-01T00:00:00Z */
  readonly epochMillis?: number;
  /**
   * How far each reading moves the clock on, in milliseconds from 0 on. A tick gives spans distinct
   * times, so that they sort in the order in which they started. @default 0
   */
  readonly tickMillis?: number;
}

/**
 * A clock that stands still until it is told to move, for tests.
 *
 * @example
 * const clock = new SteadyClock();
 * const span = tracer.startSpan('wait');
 * clock.advance(250);
 * span.end(); // lasted 250 ms
 */
export class SteadyClock implements Clock {
  readonly #epochMillis: number;
  readonly #tickMillis: number;
  #millis = 0;

  /** @throws TracingConfigError for a start that is no whole number, or a tick below 0 */
  constructor(options: SteadyClockOptions = {}) {
    const { epochMillis = Date.UTC(2024, 0, 1), tickMillis = 0 } = options;
    checkOption(
      Number.isSafeInteger(epochMillis),
      'SteadyClock.epochMillis',
      'must be a whole number of milliseconds',
      epochMillis,
      'Give it as Date.UTC(2024, 0, 1), for example.',
    );
    this.#tickMillis = checkedStep('SteadyClock.tickMillis', tickMillis);
    this.#epochMillis = epochMillis;
  }

  now(): number {
    const reading = this.#millis;
    this.#millis += this.#tickMillis;
    return reading;
  }

  originEpochMillis(): number {
    return this.#epochMillis;
  }

  /**
   * Moves the clock on.
   *
   * @param millis duration in milliseconds, from 0 on; may have a fraction
   * @throws TracingConfigError for anything else: the clock never runs backwards
   */
  advance(millis: number): void {
    this.#millis += checkedStep('SteadyClock.advance', millis);
  }
}

function checkedStep(option: string, millis: number): number {
  checkOption(
    Number.isFinite(millis) && millis >= 0,
    option,
    'must be a finite number of at least 0',
    millis,
    'Give a duration in milliseconds: a clock never runs backwards.',
  );
  return millis;
}
