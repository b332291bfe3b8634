import { type Attributes, SpanKind } from '@opentelemetry/api';
import { TracingConfigError } from '../errors.js';

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
  if (!isPlainObject(options)) {
    throw TracingConfigError.invalidOption(
      '@Traced()',
      'must be given a name, an object of options, or nothing',
      options,
      "Write @Traced(), @Traced('place order') or @Traced({ kind: SpanKind.CLIENT }).",
    );
  }
  const { name, kind, attributes, resultAttributes, root } = options;
  if (name !== undefined && (typeof name !== 'string' || name === '')) {
    throw TracingConfigError.invalidOption(
      '@Traced.name',
      'must be a string that is not empty',
      name,
      'Leave it out to name the span after class and method, and put what varies into attributes.',
    );
  }
  if (kind !== undefined && (typeof kind !== 'number' || SpanKind[kind] === undefined)) {
    throw TracingConfigError.invalidOption(
      '@Traced.kind',
      'must be a SpanKind',
      kind,
      'Take one from @opentelemetry/api, such as SpanKind.CLIENT, or leave it out.',
    );
  }
  if (attributes !== undefined && typeof attributes !== 'function' && !isPlainObject(attributes)) {
    throw TracingConfigError.invalidOption(
      '@Traced.attributes',
      'must be an object of attributes, or a function that returns one',
      attributes,
      "Give { 'order.id': id } or (id) => ({ 'order.id': id }).",
    );
  }
  if (resultAttributes !== undefined && typeof resultAttributes !== 'function') {
    throw TracingConfigError.invalidOption(
      '@Traced.resultAttributes',
      'must be a function that returns attributes',
      resultAttributes,
      "Give (order) => ({ 'order.total': order.total }).",
    );
  }
  if (root !== undefined && typeof root !== 'boolean') {
    throw TracingConfigError.invalidOption(
      '@Traced.root',
      'must be true or false',
      root,
      'Give true to begin a new trace with every call.',
    );
  }
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
