import type { Context } from '@opentelemetry/api';
import { checkOption } from '../option-checks.js';

/** The attributes of a recorded value. */
export type MetricValues = Readonly<Record<string, string | number | boolean>>;

/** What a metric tells about itself. */
export interface InstrumentOptions {
  /** What the metric measures, for people. @default '' */
  readonly description?: string;
  /** The unit in UCUM: `s`, `By`, `{order}`. At most 63 ASCII characters. @default '' */
  readonly unit?: string;
}

/** Options of a histogram. */
export interface HistogramOptions extends InstrumentOptions {
  /**
   * The upper bounds of the buckets, ascending and in the unit of the metric; a bound belongs to its bucket.
   * @default those of the semantic conventions for durations in seconds, from 0.005 to 10
   */
  readonly bounds?: readonly number[];
}

/** A sum: of a counter, which only grows, or of an up-down counter. */
export interface Counter {
  /**
   * Adds to the sum. Does not throw.
   *
   * @param value finite, and at least 0 for a counter that only grows; any other value is dropped, and reported once
   * @param attributes of few values: strings, numbers and booleans
   */
  add(value: number, attributes?: MetricValues): void;
}

/** The distribution of values, such as durations. */
export interface Histogram {
  /**
   * Records a value. The span of the context becomes its exemplar if it is sampled. Does not throw.
   *
   * @param value finite and at least 0; any other value is dropped, and reported once
   * @param attributes of few values: strings, numbers and booleans
   * @param context @default the active context
   */
  record(value: number, attributes?: MetricValues, context?: Context): void;
}

/** Spec: `metrics/api.md#instrument-name-syntax`. */
const NAME = /^[a-z][-_./a-z0-9]{0,254}$/i;
/** Spec: `metrics/api.md#instrument-unit`. */
const UNIT = /^[\x20-\x7e]{0,63}$/;

/** @throws TracingConfigError for an invalid name, unit or description, or bounds that do not ascend */
export function checkInstrument(
  name: string,
  { description = '', unit = '', bounds = [] }: HistogramOptions,
): void {
  checkOption(
    typeof name === 'string' && NAME.test(name),
    'The name of a metric',
    'must begin with a letter and consist of at most 255 letters, digits and the characters _ . - /',
    name,
    'Write a name such as orders.placed.',
  );
  checkOption(
    typeof unit === 'string' && UNIT.test(unit),
    `The unit of the metric ${name}`,
    'must be a string of at most 63 ASCII characters',
    unit,
    'Write a unit of UCUM such as s, By or {order}.',
  );
  checkOption(
    typeof description === 'string',
    `The description of the metric ${name}`,
    'must be a string',
    description,
    'Describe in a sentence what the metric measures.',
  );
  checkOption(
    Array.isArray(bounds) && bounds.every(Number.isFinite) && isAscending(bounds),
    `The bounds of the histogram ${name}`,
    'must be an array of finite numbers in ascending order',
    bounds,
    'List the upper bounds of the buckets, such as [0.1, 0.5, 1].',
  );
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((one, index) => index === 0 || one > (numbers[index - 1] as number));
}
