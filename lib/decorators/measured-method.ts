import {
  contextStorage,
  currentTracer,
  errorTypeOf,
  type LocalTracer,
  type MetricValues,
  type OperationMetrics,
  type TracingContext,
} from '../context/index.js';
import { TracingConfigError } from '../errors.js';
import { type CallMeasure, measureCall } from '../operation/index.js';
import { describeTarget, nameOfMethod } from './decorator-target.js';
import { keepIdentity } from './keep-identity.js';
import type { MeasuredCallOptions } from './measured-options.js';
import { showsParametersOf } from './parameter-names.js';
import { addVariant, type Method, withSpanAttributes } from './traced-method.js';

// Semantic conventions 1.45.0, `docs/registry/attributes/code.md`, `docs/general/recording-errors.md`.
const CODE_FUNCTION_NAME = 'code.function.name';
const ERROR_TYPE = 'error.type';

/** Takes what a call tells at its end. */
export interface CallRecorder {
  /**
   * @param seconds the duration of the call
   * @param context that of the call
   */
  record(seconds: number, attributes: MetricValues, context: TracingContext): void;
}

/** What a decorator measures. */
export interface MeasuredKind {
  /** The decorator, such as `@Timed()`. */
  readonly decorator: string;
  readonly options: MeasuredCallOptions;
  /** Creates the recorder of a method in an application. Called once for each application. */
  recorderIn(metrics: OperationMetrics): CallRecorder;
}

/**
 * Decorates a method so that each call is recorded when its work ends.
 *
 * @param args the arguments of a decorator
 * @throws TracingConfigError if the decorator is not on a method
 */
export function decorateMeasured(args: readonly unknown[], kind: MeasuredKind): void {
  const [target, key, descriptor] = args as [object, string | symbol, PropertyDescriptor];
  if (typeof descriptor?.value !== 'function') {
    throw TracingConfigError.invalidDecoratorTarget(
      kind.decorator,
      'must decorate a method',
      describeTarget(args),
      'Put it on a method, or use MetricsRegistry inside.',
    );
  }
  descriptor.value = measureMethod(descriptor.value as Method, nameOfMethod(target, key), kind);
}

function measureMethod(original: Method, methodName: string, kind: MeasuredKind): Method {
  const calls = new MeasuredCalls(methodName, kind);
  const wrapper = function (this: unknown): unknown {
    // biome-ignore lint/complexity/noArguments: a rest parameter costs an array for each call
    const args: ArrayLike<unknown> = arguments;
    const tracer = currentTracer(this);
    const metrics = tracer?.application.metrics;
    if (tracer === undefined || metrics === undefined || !calls.areMeasured(tracer, this, args)) {
      return original.apply(this, args as unknown[]);
    }
    const begin = (): CallMeasure => calls.begin(tracer, metrics, this, args);
    return measureCall(begin, original, this, args);
  };
  const measured = keepIdentity(wrapper, original);
  showsParametersOf(original, measured);
  // A hook that adds attributes to the span of a traced method finds it behind this one.
  addVariant(measured, (attributes) => {
    const variant = withSpanAttributes(original, attributes);
    return variant && measureMethod(variant, methodName, kind);
  });
  return measured;
}

/** The calls of one method. */
class MeasuredCalls {
  readonly #methodName: string;
  readonly #kind: MeasuredKind;
  /** Of calls without attributes of the options. */
  readonly #fixed: MetricValues;
  // Of the application of the last call: nearly always the only one.
  #metrics: OperationMetrics | undefined;
  #recorder: CallRecorder | undefined;

  constructor(methodName: string, kind: MeasuredKind) {
    this.#methodName = methodName;
    this.#kind = kind;
    const { name, attributes } = kind.options;
    this.#fixed = {
      // A name of the user is that of one method or of several that belong together.
      ...(name === undefined && { [CODE_FUNCTION_NAME]: methodName }),
      ...(typeof attributes === 'object' && attributes),
    };
  }

  areMeasured(tracer: LocalTracer, self: unknown, args: ArrayLike<unknown>): boolean {
    const { when } = this.#kind.options;
    if (when === undefined) return true;
    return this.#ask(tracer, 'when', 'the call is measured', true, () =>
      Boolean(when.apply(self, Array.from(args))),
    );
  }

  begin(
    tracer: LocalTracer,
    metrics: OperationMetrics,
    self: unknown,
    args: ArrayLike<unknown>,
  ): CallMeasure {
    const recorder = this.#recorderIn(metrics);
    const attributes = this.#attributesOf(tracer, self, args);
    const context = contextStorage.active();
    const startMillis = metrics.now();
    const seconds = (): number => (metrics.now() - startMillis) / 1000;
    const { isError } = this.#kind.options;
    return {
      succeeded: () => recorder.record(seconds(), attributes, context),
      failed: (error) => {
        const isFailure =
          isError === undefined ||
          this.#ask(tracer, 'isError', 'the error counts as a failure', true, () =>
            Boolean(isError.call(self, error)),
          );
        const failed = isFailure ? { ...attributes, [ERROR_TYPE]: errorTypeOf(error) } : attributes;
        recorder.record(seconds(), failed, context);
      },
    };
  }

  #recorderIn(metrics: OperationMetrics): CallRecorder {
    if (this.#recorder === undefined || metrics !== this.#metrics) {
      this.#metrics = metrics;
      this.#recorder = this.#kind.recorderIn(metrics);
    }
    return this.#recorder;
  }

  #attributesOf(tracer: LocalTracer, self: unknown, args: ArrayLike<unknown>): MetricValues {
    const { attributes } = this.#kind.options;
    if (typeof attributes !== 'function') return this.#fixed;
    const own = this.#ask(tracer, 'attributes', 'the value lacks them', undefined, () =>
      attributes.apply(self, Array.from(args)),
    );
    return { ...this.#fixed, ...own };
  }

  /** Calls a function of the options; if it throws, the call goes on with `fallback`. */
  #ask<T>(
    { diagnostics }: LocalTracer,
    option: string,
    effect: string,
    fallback: T,
    fn: () => T,
  ): T {
    try {
      return fn();
    } catch (error) {
      const { decorator } = this.#kind;
      const what = `The option ${option} of ${decorator} on ${this.#methodName} threw`;
      diagnostics.report(`${what}; ${effect}`, error);
      return fallback;
    }
  }
}
