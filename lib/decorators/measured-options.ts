import { checkInstrument, type HistogramOptions, type MetricValues } from '../context/index.js';
import { checkFunction, checkOption } from '../option-checks.js';
import type { CallCondition, ErrorCondition } from './traced-options.js';

/** What {@link Counted} and {@link Timed} have in common. The functions are called with the method's `this`. */
export interface MeasuredCallOptions {
  /** The name of the metric, such as `orders.place.duration`. Several methods can share one. */
  readonly name?: string;
  /** What the metric measures, for people. @default none */
  readonly description?: string;
  /**
   * Attributes of the values, or a function that creates them from the arguments of the method: of few different
   * values, because each combination is a series. If the function throws, the error is reported and the value has no
   * such attributes.
   */
  readonly attributes?: MetricValues | MetricAttributesFunction;
  /** Decides by the arguments whether a call is measured. @default every call */
  readonly when?: CallCondition;
  /** Decides which errors are failures, whose values have `error.type`. @default every error */
  readonly isError?: ErrorCondition;
}

/** Options of {@link Counted}. */
export interface CountedOptions extends MeasuredCallOptions {
  /** The unit in UCUM. @default `{call}` */
  readonly unit?: string;
}

/** Options of {@link Timed}. The unit of the metric is seconds. */
export interface TimedOptions extends MeasuredCallOptions {
  /**
   * The upper bounds of the buckets in seconds, ascending.
   * @default those of the semantic conventions, from 0.005 to 10
   */
  readonly bounds?: readonly number[];
}

/** Creates the attributes of a value from the arguments of a call; undefined for none. */
// biome-ignore lint/suspicious/noExplicitAny: The user declares the types of the parameters; `unknown` would not allow that.
export type MetricAttributesFunction = (this: any, ...args: any[]) => MetricValues | undefined;

/**
 * @param decorator its name, such as `@Timed`
 * @param name of the metric
 * @throws TracingConfigError for an invalid option
 */
export function checkMeasuredOptions(
  decorator: string,
  name: string,
  options: MeasuredCallOptions,
  words: HistogramOptions,
): void {
  checkInstrument(name, words);
  const { attributes, when, isError } = options;
  checkOption(
    attributes === undefined || typeof attributes === 'function' || isPlainObject(attributes),
    `${decorator}.attributes`,
    'must be an object of attributes, or a function that returns one',
    attributes,
    "Give { 'order.kind': 'gift' } or (order) => ({ 'order.kind': order.kind }).",
  );
  checkFunction(
    `${decorator}.when`,
    when,
    undefined,
    'Give (order) => order.total > 0, or omit it.',
  );
  checkFunction(
    `${decorator}.isError`,
    isError,
    undefined,
    'Give (error) => !(error instanceof NotFoundException), or omit it.',
  );
}

/** The options of a decorator that was called with a name or with options. */
export function optionsOf<O extends MeasuredCallOptions>(
  decorator: string,
  nameOrOptions: string | O,
): O {
  if (typeof nameOrOptions === 'string') return { name: nameOrOptions } as O;
  checkOption(
    isPlainObject(nameOrOptions),
    `The argument of ${decorator}()`,
    'must be a name, an object of options, or omitted',
    nameOrOptions,
    `Write ${decorator}(), ${decorator}('orders.place') or ${decorator}({ attributes: { kind: 'gift' } }).`,
  );
  return nameOrOptions;
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
