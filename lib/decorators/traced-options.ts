import { type Attributes, SpanKind } from '@opentelemetry/api';
import {
  checkBoolean,
  checkFunction,
  checkOption,
  checkSpanKind,
  checkString,
} from '../option-checks.js';
import type { LinksFunction } from './call-links.js';

/**
 * Options for the attributes of a call. The functions are called with the method's `this`, for recorded spans
 * only. If a function throws, the error is reported and its attributes are not recorded.
 */
export interface CallAttributeOptions {
  /**
   * Attributes, or a function that creates them from the arguments of the method. Samplers receive only fixed
   * attributes, because the function is called after the sampler has decided.
   */
  readonly attributes?: Attributes | AttributesFunction;
  /**
   * Creates attributes from the result of the method, or from the value of the returned promise. It is not
   * called if the method fails, and not for thenables that are not promises.
   */
  readonly resultAttributes?: AttributesFunction;
  /**
   * Records arguments as attributes such as `argument.id`; see {@link RecordedArguments}. An object becomes an
   * attribute for each of its values, such as `argument.order.id`, so that redaction replaces secret ones.
   *
   * Recorded are strings (the first 256 UTF-16 code units), numbers, booleans, bigints, dates, arrays (the first 16
   * elements), and three levels of objects without methods (16 values each); at most 32 attributes for a call. No
   * getter is run.
   *
   * @default false
   */
  readonly recordArguments?: RecordedArguments;
}

/**
 * Options of {@link Traced}. The functions are called with the method's `this`. If a function throws, the error is
 * reported, and the call goes on as without the option.
 */
export interface TracedOptions extends CallAttributeOptions {
  /**
   * The name of the span. If you set a name, the attribute `code.function.name` contains the class and the method.
   * A function creates the name from the arguments of each call: it must return few different names, because
   * backends group spans by name. Record values that differ between calls as attributes.
   *
   * On a class, it replaces the name of the class: `'Orders'` names the spans `Orders.place`. A function is not
   * allowed there.
   *
   * @default class and method: `OrdersService.place`
   */
  readonly name?: string | NameFunction;
  /** @default SpanKind.INTERNAL */
  readonly kind?: SpanKind;
  /**
   * True starts a new trace with every call, for work that outlives the operation that started it.
   *
   * @default false
   */
  readonly root?: boolean;
  /**
   * Creates the links of the span from the arguments, such as the headers of a message:
   * `(message) => message.headers`. It is called before the sampler decides.
   */
  readonly links?: LinksFunction;
  /**
   * Decides by the arguments whether a call gets a span. If it returns false, the method is called as without the
   * decorator. It is not called in a trace that is not sampled.
   */
  readonly when?: CallCondition;
  /**
   * Decides which errors are failures. If it returns false, the span records no exception and keeps its status; the
   * error passes to the caller as always.
   *
   * @default every error is a failure
   */
  readonly isError?: ErrorCondition;
  /**
   * True for methods whose last argument is a callback, called as `callback(error, result)`: the span ends when the
   * callback is called first, and `resultAttributes` receives its result. A call without a callback ends as usual.
   *
   * @default false
   */
  readonly callback?: boolean;
  /**
   * Only on a class: false leaves inherited methods without spans.
   *
   * @default true
   */
  readonly inherited?: boolean;
}

/**
 * Which arguments are recorded. `true`: all whose names the source of the method shows; the parameters that a
 * minifier has renamed have other names. Names: the first arguments in order, under these names; null leaves one
 * out. Numbers: the arguments at these positions, from 0, under their names in the source, else their numbers.
 */
export type RecordedArguments = boolean | readonly number[] | readonly (string | null)[];

/** Creates attributes from the arguments or the result of a call; undefined records none. */
// biome-ignore lint/suspicious/noExplicitAny: The user declares the types of the parameters; `unknown` would not allow that.
export type AttributesFunction = (this: any, ...args: any[]) => Attributes | undefined;

/** Creates the name of a span from the arguments of a call. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type NameFunction = (this: any, ...args: any[]) => string;

/** Decides about a call by its arguments. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type CallCondition = (this: any, ...args: any[]) => boolean;

/** Decides whether an error is a failure. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type ErrorCondition = (this: any, error: any) => boolean;

/** @throws TracingConfigError for an invalid option */
export function checkTracedOptions(options: TracedOptions): void {
  checkOption(
    isPlainObject(options),
    'The argument of @Traced()',
    'must be a name, an object of options, or omitted',
    options,
    "Write @Traced(), @Traced('place order') or @Traced({ kind: SpanKind.CLIENT }).",
  );
  const { name, kind, root, links, when, isError, callback, inherited } = options;
  if (name !== undefined && typeof name !== 'function') {
    checkString(
      '@Traced.name',
      name,
      'Omit it to name the span after class and method, and record what varies as attributes.',
    );
  }
  if (kind !== undefined) checkSpanKind('@Traced.kind', kind);
  checkCallAttributeOptions('@Traced', options);
  checkBoolean('@Traced.root', root, false, 'Give true to start a new trace with every call.');
  checkFunction(
    '@Traced.links',
    links,
    undefined,
    'Give (message) => message.headers, or another function that returns what to link to.',
  );
  checkFunction('@Traced.when', when, undefined, 'Give (order) => order.total > 0, or omit it.');
  checkFunction(
    '@Traced.isError',
    isError,
    undefined,
    'Give (error) => !(error instanceof NotFoundException), or omit it.',
  );
  checkBoolean(
    '@Traced.callback',
    callback,
    false,
    'Give true if the last argument of the method is a callback.',
  );
  checkBoolean(
    '@Traced.inherited',
    inherited,
    true,
    'Give false on a class to leave inherited methods without spans.',
  );
}

/**
 * @param decorator its name, such as `@Traced`
 * @throws TracingConfigError for an invalid option
 */
export function checkCallAttributeOptions(decorator: string, options: CallAttributeOptions): void {
  const { attributes, resultAttributes, recordArguments } = options;
  checkOption(
    attributes === undefined || typeof attributes === 'function' || isPlainObject(attributes),
    `${decorator}.attributes`,
    'must be an object of attributes, or a function that returns one',
    attributes,
    "Give { 'order.id': id } or (id) => ({ 'order.id': id }).",
  );
  checkFunction(
    `${decorator}.resultAttributes`,
    resultAttributes,
    undefined,
    "Give (order) => ({ 'order.total': order.total }), or omit it.",
  );
  checkOption(
    recordArguments === undefined ||
      typeof recordArguments === 'boolean' ||
      isSelection(recordArguments),
    `${decorator}.recordArguments`,
    'must be true, an array of names and null, or an array of positions from 0',
    recordArguments,
    "Give true, ['id', 'amount'] or [0, 1].",
  );
}

/** @throws TracingConfigError for an option that has no meaning on a class */
export function checkClassOptions({ name, recordArguments }: TracedOptions): void {
  checkOption(
    typeof name !== 'function',
    '@Traced.name',
    'must be a string on a class',
    name,
    'Give the name that replaces the name of the class, or name single methods by a function.',
  );
  checkOption(
    !Array.isArray(recordArguments),
    '@Traced.recordArguments',
    'must be true or false on a class',
    recordArguments,
    'Give true, or select arguments by @Traced() on single methods.',
  );
}

function isSelection(list: unknown): boolean {
  if (!Array.isArray(list)) return false;
  return (
    list.every((entry) => Number.isInteger(entry) && entry >= 0) ||
    list.every((entry) => entry === null || (typeof entry === 'string' && entry.trim() !== ''))
  );
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
