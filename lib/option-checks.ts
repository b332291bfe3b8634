import { TracingConfigError } from './errors.js';

/**
 * The given number, or `fallback` where none was given.
 *
 * @param option the option with its owner: `BatchSpanProcessor.maxQueueSize`
 * @throws TracingConfigError for what is no whole number from `min` to `max`
 */
export function checkCount(
  option: string,
  value: number | undefined,
  fallback: number,
  min: number,
  max: number,
): number {
  if (value === undefined) return fallback;
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw TracingConfigError.invalidOption(
    option,
    `must be a whole number from ${min} to ${max}`,
    value,
    `Leave it out for the default, ${fallback}.`,
  );
}

/** The longest time that a timer of Node can wait. */
const MAX_TIMER_MILLIS = 2 ** 31 - 1;

/**
 * The given number of milliseconds, or `fallback` where none was given.
 *
 * @throws TracingConfigError for what is no number from `min` to 2,147,483,647
 */
export function checkMillis(
  option: string,
  value: number | undefined,
  fallback: number,
  min: number,
): number {
  return checkNumber(option, value, fallback, min, MAX_TIMER_MILLIS);
}

/**
 * The given number, which may have a fraction, or `fallback` where none was given.
 *
 * @throws TracingConfigError for what is no number from `min` to `max`
 */
export function checkNumber(
  option: string,
  value: number | undefined,
  fallback: number,
  min: number,
  max: number,
): number {
  if (value === undefined) return fallback;
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw TracingConfigError.invalidOption(
    option,
    `must be a number from ${min} to ${max}`,
    value,
    `Leave it out for the default, ${fallback}.`,
  );
}

/**
 * The given one of some words, or `fallback` where none was given.
 *
 * @throws TracingConfigError for any other value
 */
export function checkChoice<T extends string>(
  option: string,
  value: T | undefined,
  fallback: T,
  choices: readonly T[],
): T {
  if (value === undefined) return fallback;
  if (choices.includes(value)) return value;
  throw TracingConfigError.invalidOption(
    option,
    `must be one of ${choices.map((choice) => `'${choice}'`).join(', ')}`,
    value,
    `Leave it out for the default, '${fallback}'.`,
  );
}
