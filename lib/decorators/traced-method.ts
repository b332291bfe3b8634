import type { SpanOptions } from '@opentelemetry/api';
import { contextStorage, currentTracer, isLocalSpan } from '../context/index.js';
import { activeSpan } from './active-span.js';
import { type CallDescription, describeCalls } from './describe-call.js';
import type { ParameterMarks } from './parameter-marks.js';
import type { TracedOptions } from './traced-options.js';

// Semantic conventions 1.45.0, `docs/registry/attributes/code.md`.
const CODE_FUNCTION_NAME = 'code.function.name';

/**
 * The method that stands for `original` and opens a span around each call of it.
 *
 * @param methodName class and method: the span's name where the options give none
 */
export function traceMethod(
  original: Method,
  methodName: string,
  options: TracedOptions,
  marks: ParameterMarks,
): Method {
  const name = options.name ?? methodName;
  const spanOptions = spanOptionsOf(methodName, options);
  const description = describeCalls(methodName, options, marks);
  // A new trace does not follow the running one, and a parameter that takes the span always gets one.
  if (options.root === true || marks.spanIndexes.length > 0) {
    return traceEveryCall(original, name, spanOptions, description, marks.spanIndexes);
  }
  const described =
    description && traceEveryCall(original, name, spanOptions, description, marks.spanIndexes);
  return function (this: unknown): unknown {
    // biome-ignore lint/complexity/noArguments: no rest parameter, whose array each call would pay for
    const args: ArrayLike<unknown> = arguments;
    const context = contextStorage.active();
    const { span } = context;
    const isLocal = isLocalSpan(span);
    const tracer = isLocal ? span.tracer : currentTracer(this);
    if (tracer === undefined || (isLocal && span.isUnsampledForAll)) {
      return original.apply(this, args as unknown[]);
    }
    if (described !== undefined) return described.apply(this, args as unknown[]);
    return tracer.traceCall(name, spanOptions, context, original, this, args);
  };
}

/** Any method, called with whatever it is called with. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

function traceEveryCall(
  original: Method,
  name: string,
  spanOptions: SpanOptions,
  description: CallDescription | undefined,
  spanIndexes: readonly number[],
): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const tracer = currentTracer(this);
    if (tracer === undefined) {
      for (const index of spanIndexes) args[index] = activeSpan();
      return original.apply(this, args);
    }
    return tracer.trace(name, spanOptions, (span) => {
      for (const index of spanIndexes) args[index] = span;
      if (description === undefined || !span.isRecording()) return original.apply(this, args);
      description.arguments(span, this, args);
      const result = original.apply(this, args);
      description.result(span, this, result);
      return result;
    });
  };
}

/** One object for all calls. */
function spanOptionsOf(methodName: string, options: TracedOptions): SpanOptions {
  const { name, kind, attributes, root } = options;
  const fixed = typeof attributes === 'object' ? attributes : undefined;
  // Where the span is named after the method, the attribute would say the same again, on every span.
  const code = name === undefined ? undefined : { [CODE_FUNCTION_NAME]: methodName };
  return {
    ...(code === undefined && fixed === undefined ? {} : { attributes: { ...code, ...fixed } }),
    ...(kind === undefined ? {} : { kind }),
    ...(root === undefined ? {} : { root }),
  };
}
