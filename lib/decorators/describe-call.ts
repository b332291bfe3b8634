import type { AttributeValue, LocalSpan } from '../context/index.js';
import type { CallDescription } from '../operation/index.js';
import type { ParameterMarks } from './parameter-marks.js';
import type { TracedOptions } from './traced-options.js';

/**
 * Creates the description that sets the attributes of the options and of the decorated parameters on the span
 * of a call.
 *
 * @returns undefined if there are no such attributes
 */
export function describeCalls(
  methodName: string,
  options: TracedOptions,
  marks: ParameterMarks,
): CallDescription | undefined {
  const attributes = typeof options.attributes === 'function' ? options.attributes : undefined;
  const { resultAttributes } = options;
  if (!attributes && !resultAttributes && marks.attributes.length === 0) return undefined;

  const setResult = (span: LocalSpan, self: unknown, value: unknown): void => {
    try {
      span.setAttributes(resultAttributes?.call(self, value) ?? {});
    } catch (error) {
      reportThrown(span, `The resultAttributes of @Traced() on ${methodName}`, error);
    }
  };
  return {
    arguments(span, self, args) {
      for (const { index, attribute, transform } of marks.attributes) {
        try {
          const value = transform === undefined ? args[index] : transform(args[index]);
          // The span drops and counts a value that is not an attribute value.
          span.setAttribute(attribute, value as AttributeValue);
        } catch (error) {
          reportThrown(span, `@SpanAttribute('${attribute}') on ${methodName}`, error);
        }
      }
      if (attributes === undefined) return;
      try {
        span.setAttributes(attributes.apply(self, Array.from(args)) ?? {});
      } catch (error) {
        reportThrown(span, `The attributes of @Traced() on ${methodName}`, error);
      }
    },
    result(span, self, result) {
      if (resultAttributes === undefined) return;
      try {
        if (isNativePromise(result)) {
          // The caller gets a derived promise, whose rejection Node still reports as unhandled.
          result.then((value) => setResult(span, self, value), ignore);
        } else if (!isThenable(result)) {
          setResult(span, self, result);
        }
      } catch (error) {
        // Some objects throw when code reads a property that they do not have.
        reportThrown(span, `The result of ${methodName}`, error);
      }
    },
  };
}

/** Promises of subclasses can start their work in `then`, or have their own methods. */
function isNativePromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Promise.prototype
  );
}

function isThenable(value: unknown): boolean {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}

function ignore(): void {}

function reportThrown(span: LocalSpan, what: string, error: unknown): void {
  span.tracer.diagnostics.report(`${what} threw; its attributes are not recorded`, error);
}
