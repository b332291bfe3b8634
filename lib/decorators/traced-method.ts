import type { Attributes, SpanOptions } from '@opentelemetry/api';
import { contextStorage, currentTracer, isLocalSpan, type LocalTracer } from '../context/index.js';
import { type CallDescription, callInSpan } from '../operation/index.js';
import { activeSpan } from './active-span.js';
import type { CodePlace } from './code-place.js';
import { describeCalls } from './describe-call.js';
import type { ParameterMarks } from './parameter-marks.js';
import { hasCallRules, traceWithRules } from './traced-call.js';
import type { TracedOptions } from './traced-options.js';

// Semantic conventions 1.45.0, `docs/registry/attributes/code.md`.
const CODE_FUNCTION_NAME = 'code.function.name';

/** Any method. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

/** A method that gets spans. */
export interface MethodToTrace {
  readonly original: Method;
  /** Class and method: the name of the span if the options contain none. */
  readonly name: string;
  readonly marks: ParameterMarks;
  /** The function that shows the names of the parameters, if that is not the original. */
  readonly source?: Method;
  /** Where its decorator is; undefined for a method without one of its own or of its class. */
  readonly place?: CodePlace;
}

/** The options of the spans of a method, with its place in the code where a viewer shows the spans. */
export class PlacedOptions {
  readonly #options: SpanOptions;
  readonly #place: CodePlace | undefined;
  #placed: SpanOptions | undefined;

  constructor(options: SpanOptions, place: CodePlace | undefined) {
    this.#options = options;
    this.#place = place;
  }

  /** The options for a span of a tracer. */
  for(tracer: LocalTracer): SpanOptions {
    return tracer.application.hasViewer ? this.#withPlace() : this.#options;
  }

  #withPlace(): SpanOptions {
    this.#placed ??= {
      ...this.#options,
      // What the user has set wins.
      attributes: { ...this.#place?.attributes, ...this.#options.attributes },
    };
    return this.#placed;
  }
}

/** By traced method: creates one like it, whose spans have further attributes. */
const variants = new WeakMap<Method, (attributes: Attributes) => Method | undefined>();

/**
 * Returns a method like `traced`, whose spans have further attributes: a hook that would make a span for each of its
 * calls adds the attributes of that span to the span that the method has anyway.
 *
 * @returns undefined if the calls of the method have no spans of a decorator, or if another decorator has replaced it
 */
export function withSpanAttributes(traced: Method, attributes: Attributes): Method | undefined {
  return variants.get(traced)?.(attributes);
}

/**
 * Makes {@link withSpanAttributes} work for a method around a traced one.
 *
 * @param create returns undefined if the method has no spans
 */
export function addVariant(
  method: Method,
  create: (attributes: Attributes) => Method | undefined,
): void {
  variants.set(method, create);
}

/**
 * Creates the method that replaces the original and runs each call in a span.
 *
 * @param further attributes of all spans; those of the options win
 */
export function traceMethod(
  method: MethodToTrace,
  options: TracedOptions,
  further?: Attributes,
): Method {
  const traced = createTracedMethod(method, options, further);
  variants.set(traced, (attributes) => traceMethod(method, options, attributes));
  return traced;
}

function createTracedMethod(
  method: MethodToTrace,
  options: TracedOptions,
  further: Attributes | undefined,
): Method {
  const { original, name: methodName, marks, source = original, place } = method;
  const name = typeof options.name === 'string' ? options.name : methodName;
  const spanOptions = new PlacedOptions(spanOptionsOf(methodName, options, further), place);
  const described = { decorator: '@Traced()', name: methodName, source, marks };
  const description = describeCalls(described, options);
  const { spanIndexes } = marks;
  if (hasCallRules(options)) {
    const plan = { original, methodName, name, spanOptions, description, spanIndexes };
    return traceWithRules(plan, options);
  }
  if (spanIndexes.length > 0) {
    return traceWithSpanArguments(original, name, spanOptions, description, spanIndexes);
  }
  const isRoot = options.root === true;
  return function (this: unknown): unknown {
    // biome-ignore lint/complexity/noArguments: a rest parameter costs an array for each call
    const args: ArrayLike<unknown> = arguments;
    const context = contextStorage.active();
    const { span: parent } = context;
    const isLocal = isLocalSpan(parent);
    const tracer = isLocal ? parent.tracer.application.tracer : currentTracer(this);
    // A new trace does not follow the decision about the active trace.
    if (tracer === undefined || (isLocal && parent.isUnsampledForAll && !isRoot)) {
      return original.apply(this, args as unknown[]);
    }
    const span = tracer.startSpan(name, spanOptions.for(tracer), context);
    return callInSpan(span, context, original, this, args, description);
  };
}

/** For a method with parameters that receive the span of the call: they always receive a span. */
function traceWithSpanArguments(
  original: Method,
  name: string,
  spanOptions: PlacedOptions,
  description: CallDescription | undefined,
  spanIndexes: readonly number[],
): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const tracer = currentTracer(this);
    if (tracer === undefined) {
      for (const index of spanIndexes) args[index] = activeSpan();
      return original.apply(this, args);
    }
    const context = contextStorage.active();
    const span = tracer.startSpan(name, spanOptions.for(tracer), context);
    for (const index of spanIndexes) args[index] = span;
    return callInSpan(span, context, original, this, args, description);
  };
}

/** Creates the options once for all calls. */
function spanOptionsOf(
  methodName: string,
  options: TracedOptions,
  further: Attributes | undefined,
): SpanOptions {
  const { name, kind, attributes, root } = options;
  const fixed = typeof attributes === 'object' ? attributes : undefined;
  // If the span is named after the method, the attribute would repeat the name on every span.
  const isNamed = name !== undefined && name !== methodName;
  const code = isNamed ? { [CODE_FUNCTION_NAME]: methodName } : undefined;
  return {
    ...((code ?? fixed ?? further) && { attributes: { ...code, ...further, ...fixed } }),
    ...(kind === undefined ? {} : { kind }),
    ...(root === undefined ? {} : { root }),
  };
}
