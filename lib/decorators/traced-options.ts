import { type Attributes, SpanKind } from '@opentelemetry/api';
import {
  checkBoolean,
  checkFunction,
  checkOption,
  checkSpanKind,
  checkString,
} from '../option-checks.js';

/**
 * Options of {@link Traced}. The functions are called with the method's `this`, for recorded spans only. If a
 * function throws, the error is reported and its attributes are not recorded.
 */
export interface TracedOptions {
  /**
   * The name of the span. All calls of the method get this name, so record values that differ between calls
   * as attributes. If you set a name, the attribute `code.function.name` contains the class and the method.
   *
   * @default class and method: `OrdersService.place`
   */
  readonly name?: string;
  /** @default SpanKind.INTERNAL */
  readonly kind?: SpanKind;
  /**
   * Attributes of the span, or a function that creates them from the arguments of the method. Samplers
   * receive only fixed attributes, because the function is called after the sampler has decided.
   */
  readonly attributes?: Attributes | AttributesFunction;
  /**
   * Creates attributes from the result of the method, or from the value of the returned promise. It is not
   * called if the method fails, and not for thenables that are not promises.
   */
  readonly resultAttributes?: AttributesFunction;
  /**
   * True starts a new trace with every call, for work that outlives the operation that started it.
   *
   * @default false
   */
  readonly root?: boolean;
}

/** Creates attributes from the arguments or the result of a call; undefined records none. */
// biome-ignore lint/suspicious/noExplicitAny: The user declares the types of the parameters; `unknown` would not allow that.
export type AttributesFunction = (this: any, ...args: any[]) => Attributes | undefined;

/** @throws TracingConfigError for an invalid option */
export function checkTracedOptions(options: TracedOptions): void {
  checkOption(
    isPlainObject(options),
    'The argument of @Traced()',
    'must be a name, an object of options, or omitted',
    options,
    "Write @Traced(), @Traced('place order') or @Traced({ kind: SpanKind.CLIENT }).",
  );
  const { name, kind, attributes, resultAttributes, root } = options;
  if (name !== undefined) {
    checkString(
      '@Traced.name',
      name,
      'Omit it to name the span after class and method, and record what varies as attributes.',
    );
  }
  if (kind !== undefined) checkSpanKind('@Traced.kind', kind);
  checkOption(
    attributes === undefined || typeof attributes === 'function' || isPlainObject(attributes),
    '@Traced.attributes',
    'must be an object of attributes, or a function that returns one',
    attributes,
    "Give { 'order.id': id } or (id) => ({ 'order.id': id }).",
  );
  checkFunction(
    '@Traced.resultAttributes',
    resultAttributes,
    undefined,
    "Give (order) => ({ 'order.total': order.total }), or omit it.",
  );
  checkBoolean('@Traced.root', root, false, 'Give true to start a new trace with every call.');
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
