import type { Span } from '@opentelemetry/api';
import {
  type AttributeValue,
  currentTracer,
  isLocalSpan,
  type LocalSpan,
} from '../context/index.js';
import type { CallDescription } from '../operation/index.js';
import type { ParameterMarks } from './parameter-marks.js';
import { recordArguments, recordedArguments } from './recorded-arguments.js';
import type { CallAttributeOptions } from './traced-options.js';

/** A method whose calls are described. */
export interface DescribedMethod {
  /** The decorator, such as `@Traced()`. */
  readonly decorator: string;
  /** Class and method. */
  readonly name: string;
  /** The function that shows the names of the parameters. */
  readonly source: object;
  readonly marks: ParameterMarks;
}

/**
 * Creates the description that sets the attributes of the options and of the decorated parameters on the span
 * of a call. Fixed attributes are those of the span, and not part of it.
 *
 * @returns undefined if there are no such attributes
 */
export function describeCalls(
  { decorator, name, source, marks }: DescribedMethod,
  options: CallAttributeOptions,
): CallDescription | undefined {
  const attributes = typeof options.attributes === 'function' ? options.attributes : undefined;
  const { resultAttributes } = options;
  const recorded = recordedArguments(options.recordArguments, source);
  if (!attributes && !resultAttributes && marks.attributes.length + recorded.length === 0) {
    return undefined;
  }

  const setResult = (span: LocalSpan, self: unknown, value: unknown): void => {
    // The active span of a `@ContinueSpan()` method can end before its promise settles.
    if (!span.isRecording()) return;
    try {
      span.setAttributes(resultAttributes?.call(self, value) ?? {});
    } catch (error) {
      reportThrown(span, `The resultAttributes of ${decorator} on ${name}`, error);
    }
  };
  return {
    arguments(span, self, args) {
      for (const { index, attribute, transform } of marks.attributes) {
        try {
          const value = transform === undefined ? args[index] : transform(args[index]);
          // The span drops and counts a value that is not an attribute value.
          if (value !== undefined && value !== null) {
            span.setAttribute(attribute, value as AttributeValue);
          }
        } catch (error) {
          reportThrown(span, `@SpanAttribute('${attribute}') on ${name}`, error);
        }
      }
      if (recorded.length > 0) recordArguments(span, recorded, args);
      if (attributes === undefined) return;
      try {
        span.setAttributes(attributes.apply(self, Array.from(args)) ?? {});
      } catch (error) {
        reportThrown(span, `The attributes of ${decorator} on ${name}`, error);
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
        reportThrown(span, `The result of ${name}`, error);
      }
    },
  };
}

/** Promises of subclasses can start their work in `then`, or have their own methods. */
export function isNativePromise(value: unknown): value is Promise<unknown> {
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

/** @param span can be a span of another library, which a `@ContinueSpan()` method continues */
function reportThrown(span: Span, what: string, error: unknown): void {
  const tracer = isLocalSpan(span) ? span.tracer : currentTracer();
  tracer?.diagnostics.report(`${what} threw; its attributes are not recorded`, error);
}
