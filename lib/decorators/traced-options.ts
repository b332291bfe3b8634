import { type Attributes, SpanKind } from '@opentelemetry/api';
import {
  checkBoolean,
  checkFunction,
  checkOption,
  checkSpanKind,
  checkString,
} from '../option-checks.js';

/**
 * What {@link Traced} may be told. The functions are called with the method's `this`, for recorded
 * spans only; one that throws is reported and its attributes are left out.
 */
export interface TracedOptions {
  /**
   * The span's name. Many calls share one name: what varies from call to call is an attribute. The
   * method then stands in the attribute `code.function.name`.
   *
   * @default class and method: `OrdersService.place`
   */
  readonly name?: string;
  /** @default SpanKind.INTERNAL */
  readonly kind?: SpanKind;
  /**
   * Attributes of the span, or a function that makes them of the method's arguments. Samplers see
   * fixed ones only: the function is called when the sampler has decided.
   */
  readonly attributes?: Attributes | AttributesFunction;
  /**
   * Makes attributes of what the method returned, or of what the returned promise resolved to. Not
   * called when the method fails, nor for thenables that are no promises.
   */
  readonly resultAttributes?: AttributesFunction;
  /**
   * True to begin a new trace with every call, for work that outlives the operation which set it off.
   *
   * @default false
   */
  readonly root?: boolean;
}

/** Makes attributes of a call's arguments or result; undefined for none. */
// biome-ignore lint/suspicious/noExplicitAny: Whoever writes one says what it takes; `unknown` would forbid that.
export type AttributesFunction = (this: any, ...args: any[]) => Attributes | undefined;

/** @throws TracingConfigError for an option that cannot be used */
export function checkTracedOptions(options: TracedOptions): void {
  checkOption(
    isPlainObject(options),
    'The argument of @Traced()',
    'must be a name, an object of options, or left out',
    options,
    "Write @Traced(), @Traced('place order') or @Traced({ kind: SpanKind.CLIENT }).",
  );
  const { name, kind, attributes, resultAttributes, root } = options;
  if (name !== undefined) {
    checkString(
      '@Traced.name',
      name,
      'Leave it out to name the span after class and method, and put what varies into attributes.',
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
    "Give (order) => ({ 'order.total': order.total }), or leave it out.",
  );
  checkBoolean('@Traced.root', root, false, 'Give true to begin a new trace with every call.');
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
