import { checkOption } from '../option-checks.js';
import type { Clock } from '../trace/index.js';

/** Options of {@link SteadyClock}. */
export interface SteadyClockOptions {
  /** Epoch time of the first reading, in whole milliseconds. @default 2024-01-01T00:00:00Z */
  readonly epochMillis?: number;
  /**
   * Time by which each reading advances the clock, in milliseconds, at least 0. With a tick, spans have
   * distinct times and sort in the order of their starts. @default 0
   */
  readonly tickMillis?: number;
}

/**
 * A clock for tests that moves only when `advance` is called, or by a fixed tick.
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

  /** @throws TracingConfigError if `epochMillis` is not a whole number, or `tickMillis` is below 0 */
  constructor(options: SteadyClockOptions = {}) {
    const { epochMillis = Date.UTC(2024, 0, 1), tickMillis = 0 } = options;
    checkOption(
      Number.isSafeInteger(epochMillis),
      'SteadyClock.epochMillis',
      'must be a whole number of milliseconds',
      epochMillis,
      'Use Date.UTC(2024, 0, 1), for example.',
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
   * Advances the clock.
   *
   * @param millis duration in milliseconds, at least 0; can have a fraction
   * @throws TracingConfigError for other values: the clock never runs backwards
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
    'Pass a duration in milliseconds. A clock never runs backwards.',
  );
  return millis;
}
