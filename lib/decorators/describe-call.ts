import type { AttributeValue, LocalSpan } from '../context/index.js';
import type { CallDescription } from '../operation/index.js';
import type { ParameterMarks } from './parameter-marks.js';
import type { TracedOptions } from './traced-options.js';

/**
 * What adds the attributes to the span of a call that the options and the marks ask for.
 *
 * @returns undefined where they ask for none
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
          // What is no attribute value is left out and counted by the span.
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
          // The promise that is handed on is another one: its rejection still counts as not handled.
          result.then((value) => setResult(span, self, value), ignore);
        } else if (!isThenable(result)) {
          setResult(span, self, result);
        }
      } catch (error) {
        // Some objects refuse to be asked for what they do not have.
        reportThrown(span, `The result of ${methodName}`, error);
      }
    },
  };
}

/** Others may start their work when they are asked for it, or have methods of their own. */
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
  span.tracer.diagnostics.report(`${what} threw; what it should have added is left out`, error);
}
