import { SpanKind } from '@opentelemetry/api';
import { TracingConfigError } from './errors.js';

// Every check takes the option with its owner, as the user knows it (`BatchSpanProcessor.maxQueueSize`),
// and the value that was given. It returns the value that is valid. A check with a `fallback` returns it
// for `undefined`.

/**
 * For what no other check of this file covers.
 *
 * @param isValid what must hold, as a condition; the compiler narrows by it
 * @param option the option with its owner: `BatchSpanProcessor.maxQueueSize`
 * @param requirement what must hold, in words: `must be a number from 0 to 1`
 * @param received the value that was given, or a description of it where the value may be a secret
 * @param remedy what the user can do, a whole sentence
 * @throws TracingConfigError unless `isValid`
 */
export function checkOption(
  isValid: boolean,
  option: string,
  requirement: string,
  received: unknown,
  remedy: string,
): asserts isValid {
  if (!isValid) throw TracingConfigError.invalidOption(option, requirement, received, remedy);
}

/** @throws TracingConfigError unless `value` is a whole number from `min` to `max` */
export function checkCount<F extends number | undefined>(
  option: string,
  value: number | undefined,
  fallback: F,
  min: number,
  max: number,
  remedy = leaveOut(fallback),
): number | F {
  if (value === undefined) return fallback;
  const isValid = Number.isInteger(value) && value >= min && value <= max;
  checkOption(isValid, option, `must be a whole number ${range(min, max)}`, value, remedy);
  return value;
}

/** The longest time that a timer of Node can wait. */
const MAX_TIMER_MILLIS = 2 ** 31 - 1;

/** @throws TracingConfigError unless `value` is a number of milliseconds from `min` to 2,147,483,647 */
export function checkMillis<F extends number | undefined>(
  option: string,
  value: number | undefined,
  fallback: F,
  min: number,
  remedy = leaveOut(fallback),
): number | F {
  return checkNumber(option, value, fallback, min, MAX_TIMER_MILLIS, remedy);
}

/** @throws TracingConfigError unless `value` is a number from `min` to `max`; it may have a fraction */
export function checkNumber<F extends number | undefined>(
  option: string,
  value: number | undefined,
  fallback: F,
  min: number,
  max: number,
  remedy = leaveOut(fallback),
): number | F {
  if (value === undefined) return fallback;
  const isValid = typeof value === 'number' && value >= min && value <= max;
  checkOption(isValid, option, `must be a number ${range(min, max)}`, value, remedy);
  return value;
}

/** @throws TracingConfigError unless `value` is a number from 0 to `max` */
export function checkRatio(option: string, value: unknown, max = 1): number {
  checkOption(
    typeof value === 'number' && value >= 0 && value <= max,
    option,
    `must be a number ${range(0, max)}`,
    value,
    'Give the share of traces to keep: 0.1 keeps one in ten.',
  );
  return value;
}

/** @throws TracingConfigError unless `value` is a finite number above 0 */
export function checkPositive(option: string, value: unknown): number {
  checkOption(
    typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY,
    option,
    'must be a finite number above 0',
    value,
    'Give a larger number, or leave the option out if it has a default.',
  );
  return value;
}

/** @throws TracingConfigError unless `value` is a boolean */
export function checkBoolean(
  option: string,
  value: boolean | undefined,
  fallback: boolean,
  remedy = leaveOut(fallback),
): boolean {
  if (value === undefined) return fallback;
  checkOption(typeof value === 'boolean', option, 'must be true or false', value, remedy);
  return value;
}

/** @throws TracingConfigError unless `value` is one of `choices` */
export function checkChoice<T extends string>(
  option: string,
  value: T | undefined,
  fallback: T,
  choices: readonly T[],
  remedy = leaveOut(`'${fallback}'`),
): T {
  if (value === undefined) return fallback;
  const words = choices.map((choice) => `'${choice}'`).join(', ');
  checkOption(choices.includes(value), option, `must be one of ${words}`, value, remedy);
  return value;
}

/** @throws TracingConfigError unless `value` is a string with more in it than white space */
export function checkString(option: string, value: unknown, remedy: string): string {
  checkOption(isNonEmptyString(value), option, 'must be a non-empty string', value, remedy);
  return value;
}

/** @throws TracingConfigError unless `value` is an array of strings as `checkString` takes them */
export function checkStrings(option: string, value: unknown, remedy: string): readonly string[] {
  checkOption(
    Array.isArray(value) && value.every(isNonEmptyString),
    option,
    'must be an array of non-empty strings',
    value,
    remedy,
  );
  return value;
}

/** @throws TracingConfigError unless `value` is an array */
export function checkArray<T>(
  option: string,
  value: readonly T[],
  remedy = 'Give an array; an empty one if there is nothing to list.',
): readonly T[] {
  checkOption(Array.isArray(value), option, 'must be an array', value, remedy);
  return value;
}

/** @throws TracingConfigError unless `value` is a function */
// biome-ignore lint/complexity/noBannedTypes: The caller's type says what the function takes and returns.
export function checkFunction<T extends Function, F extends T | undefined>(
  option: string,
  value: T | undefined,
  fallback: F,
  remedy = 'Give a function, or leave the option out.',
): T | F {
  if (value === undefined) return fallback;
  checkOption(typeof value === 'function', option, 'must be a function', value, remedy);
  return value;
}

/** @throws TracingConfigError unless `value` has all of `methods` */
export function checkMethods<T>(
  option: string,
  value: T,
  methods: readonly string[],
  remedy: string,
): T {
  const members = value as Record<string, unknown> | null | undefined;
  const missing = methods.filter((method) => typeof members?.[method] !== 'function');
  const noun = methods.length === 1 ? 'method' : 'methods';
  const lacks = missing.length < methods.length ? ` (missing: ${missing.join(', ')})` : '';
  checkOption(
    missing.length === 0,
    option,
    `must have the ${noun} ${methods.join(', ')}${lacks}`,
    value,
    remedy,
  );
  return value;
}

/**
 * @param owner the class whose constructor got the options
 * @throws TracingConfigError unless `value` is an object
 */
export function checkOptions(owner: string, value: unknown): void {
  checkOption(
    typeof value === 'object' && value !== null,
    `${owner}.options`,
    'must be an object',
    value,
    `Give the options as one object: new ${owner}({ … }).`,
  );
}

/** @throws TracingConfigError unless `value` is a `SpanKind` */
export function checkSpanKind(option: string, value: unknown): SpanKind {
  checkOption(
    typeof value === 'number' && SpanKind[value] !== undefined,
    option,
    'must be a SpanKind',
    value,
    'Take it from the enum SpanKind of @opentelemetry/api, such as SpanKind.SERVER.',
  );
  return value;
}

function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function range(min: number, max: number): string {
  return max >= Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
}

function leaveOut(fallback: string | number | boolean | undefined): string {
  return fallback === undefined
    ? 'Leave the option out if you do not need it.'
    : `Leave it out for the default, ${fallback}.`;
}
