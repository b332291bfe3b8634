import { TracingConfigError } from '../errors.js';
import type { Sampler } from './sampler.js';

/** @throws TracingConfigError unless `value` is a number from 0 to `maximum` */
export function requireRatio(option: string, value: unknown, maximum = 1): number {
  if (typeof value === 'number' && value >= 0 && value <= maximum) return value;
  throw TracingConfigError.invalidOption(
    option,
    `must be a number from 0 to ${maximum}`,
    value,
    'Give the share of traces to keep: 0.1 keeps one in ten.',
  );
}

/** @throws TracingConfigError unless `value` is a finite number and not negative */
export function requireRate(option: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) return value;
  throw TracingConfigError.invalidOption(
    option,
    'must be a finite number of at least 0',
    value,
    'Give how many to keep in a second; 0 keeps none.',
  );
}

/** @throws TracingConfigError unless `value` is a finite number above 0 */
export function requirePositive(option: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY) return value;
  throw TracingConfigError.invalidOption(
    option,
    'must be a finite number above 0',
    value,
    'Give a larger number, or leave the option out if it has a default.',
  );
}

/** @throws TracingConfigError unless `value` is a whole number of at least 1 */
export function requireCount(option: string, value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= 1) return value as number;
  throw TracingConfigError.invalidOption(
    option,
    'must be a whole number of at least 1',
    value,
    'Give a larger number or leave the option out.',
  );
}

/** @throws TracingConfigError unless `value` is a function */
export function requireFunction<F extends (...args: never[]) => unknown>(
  option: string,
  value: F,
): F {
  if (typeof value === 'function') return value;
  throw TracingConfigError.invalidOption(
    option,
    'must be a function',
    value,
    'Give a function or leave the option out.',
  );
}

/** @throws TracingConfigError unless `value` has the methods of a sampler */
export function requireSampler(option: string, value: unknown): Sampler {
  if (isSampler(value)) return value;
  throw TracingConfigError.invalidOption(
    option,
    'must be a sampler',
    value,
    'Give an instance with a method shouldSample, such as new AlwaysOnSampler().',
  );
}

/** @throws TracingConfigError unless `value` is an array */
export function requireArray<T>(option: string, value: readonly T[]): readonly T[] {
  if (Array.isArray(value)) return value;
  throw TracingConfigError.invalidOption(
    option,
    'must be an array',
    value,
    'Give an array; an empty one if there is nothing to list.',
  );
}

/** @throws TracingConfigError unless `value` is an object */
export function requireOptions(owner: string, value: unknown): void {
  if (typeof value === 'object' && value !== null) return;
  throw TracingConfigError.invalidOption(
    `${owner}.options`,
    'must be an object',
    value,
    `Give the options as one object: new ${owner}({ … }).`,
  );
}

function isSampler(value: unknown): value is Sampler {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<Sampler>).shouldSample === 'function'
  );
}
