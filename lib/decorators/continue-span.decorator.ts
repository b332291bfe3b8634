import type { Span } from '@opentelemetry/api';
import { contextStorage, type LocalSpan } from '../context/index.js';
import { TracingConfigError } from '../errors.js';
import { copyProperties } from '../operation/index.js';
import { checkOption } from '../option-checks.js';
import { activeSpan } from './active-span.js';
import { describeTarget, nameOfMethod } from './decorator-target.js';
import { describeCalls, isNativePromise } from './describe-call.js';
import { keepIdentity } from './keep-identity.js';
import { setMethodTracing } from './method-tracing.js';
import { inheritedMarks } from './parameter-marks.js';
import type { Method } from './traced-method.js';
import { type CallAttributeOptions, checkCallAttributeOptions } from './traced-options.js';

/** Options of {@link ContinueSpan}. */
export interface ContinueSpanOptions extends CallAttributeOptions {}

/**
 * Adds attributes to the active span for every call of a method, without creating a span: those of the options, and
 * the arguments of `@SpanAttribute()` parameters. If there is no recorded active span, the method is called as if it
 * were not decorated. Attributes of a result that comes after the end of the span are not recorded.
 *
 * It records no errors: the caller can handle an error, and otherwise the span of the caller records it.
 *
 * @throws TracingConfigError if the decorator is not on a method, with `@Traced()` or `@Untraced()` on the same
 *   method, and for invalid options
 * @example
 * @ContinueSpan({ resultAttributes: (order: Order) => ({ 'order.total': order.total }) })
 * async find(@SpanAttribute('order.id') id: string): Promise<Order> {}
 */
export function ContinueSpan(options: ContinueSpanOptions = {}): MethodDecorator {
  checkOption(
    typeof options === 'object' && options !== null && !Array.isArray(options),
    'The argument of @ContinueSpan()',
    'must be an object of options, or omitted',
    options,
    "Write @ContinueSpan() or @ContinueSpan({ attributes: { 'order.source': 'web' } }).",
  );
  checkCallAttributeOptions('@ContinueSpan', options);
  return (...args: [target: object, key: string | symbol, descriptor: PropertyDescriptor]) => {
    const [target, key, descriptor] = args;
    if (typeof descriptor?.value !== 'function') {
      throw TracingConfigError.invalidDecoratorTarget(
        '@ContinueSpan()',
        'must decorate a method',
        describeTarget(args),
        'Put it on a method that is called below a span.',
      );
    }
    setMethodTracing('@ContinueSpan()', target, key, 'continued');
    const original = descriptor.value as Method;
    descriptor.value = keepIdentity(continueSpan(original, target, key, options), original);
  };
}

function continueSpan(
  original: Method,
  target: object,
  key: string | symbol,
  options: ContinueSpanOptions,
): Method {
  const name = nameOfMethod(target, key);
  const marks = inheritedMarks(target, key);
  const { spanIndexes } = marks;
  const description = describeCalls(
    { decorator: '@ContinueSpan()', name, source: original, marks },
    options,
  );
  const fixed = typeof options.attributes === 'object' ? options.attributes : undefined;
  return function (this: unknown, ...args: unknown[]): unknown {
    const span: Span | undefined = contextStorage.active().span;
    for (const index of spanIndexes) args[index] = activeSpan();
    if (span === undefined || !span.isRecording()) return original.apply(this, args);
    if (fixed !== undefined) span.setAttributes(fixed);
    // The description uses only what every span has.
    description?.arguments(span as LocalSpan, this, args);
    const result = original.apply(this, args);
    if (options.resultAttributes === undefined) return result;
    if (!isNativePromise(result)) {
      description?.result(span as LocalSpan, this, result);
      return result;
    }
    // The derived promise: Node would not report a forgotten rejection of the original one, which has a handler.
    const derived = result.then((value) => {
      description?.result(span as LocalSpan, this, value);
      return value;
    });
    copyProperties(result, derived);
    return derived;
  };
}
