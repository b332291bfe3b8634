import type { Attributes } from '@opentelemetry/api';
import { maskedMessageOf, recordedErrors } from '../context/index.js';

// Semantic conventions 1.45.0, `docs/exceptions/exceptions-spans.md`.
export const EXCEPTION_EVENT = 'exception';
const EXCEPTION_TYPE = 'exception.type';
const EXCEPTION_MESSAGE = 'exception.message';
const EXCEPTION_STACKTRACE = 'exception.stacktrace';

/** An exception in the words of the semantic conventions. */
export interface ExceptionDescription {
  /** The class name, or the type of a thrown value that is no object. */
  readonly type: string;
  readonly message: string;
  /** With the stacks of its causes below, each headed "Caused by:". */
  readonly stacktrace: string | undefined;
}

const MAX_CAUSES = 8;

/** Describes whatever was thrown. Never throws, even if the thrown thing's getters do. */
export function describeException(exception: unknown): ExceptionDescription {
  try {
    if (typeof exception !== 'object' || exception === null) {
      return { type: typeof exception, message: String(exception), stacktrace: undefined };
    }
    const { message } = exception as { message?: unknown };
    return {
      type: typeName(exception),
      message: maskedMessageOf(exception) ?? (typeof message === 'string' ? message : ''),
      stacktrace: stackWithCauses(exception),
    };
  } catch {
    return { type: 'unknown', message: '', stacktrace: undefined };
  }
}

/** The attributes of the event that stands for an exception. */
export function toExceptionAttributes(exception: unknown): Attributes {
  const { type, message, stacktrace } = describeException(exception);
  return {
    [EXCEPTION_TYPE]: type,
    [EXCEPTION_MESSAGE]: message,
    [EXCEPTION_STACKTRACE]: stacktrace,
  };
}

/** The class name of what was thrown: its `name`, unless that only says "Error". */
function typeName(exception: object): string {
  const { name } = exception as { name?: unknown };
  if (typeof name === 'string' && name !== '' && name !== 'Error') return name;
  return exception.constructor?.name || 'Error';
}

function stackWithCauses(exception: object): string | undefined {
  let text = stackOf(exception);
  if (text === undefined) return undefined;
  let cause = (exception as { cause?: unknown }).cause;
  for (let depth = 0; depth < MAX_CAUSES && cause !== undefined && cause !== null; depth++) {
    text += `\nCaused by: ${typeof cause === 'object' ? (stackOf(cause) ?? typeName(cause)) : String(cause)}`;
    cause = (cause as { cause?: unknown }).cause;
  }
  return text;
}

function stackOf(exception: object): string | undefined {
  const { stack } = exception as { stack?: unknown };
  if (typeof stack !== 'string') return undefined;
  const masked = maskedMessageOf(exception);
  if (masked === undefined) return stack;
  return [`${typeName(exception)}: ${masked}`, ...framesOf(stack, exception)].join('\n');
}

/** Without what stands above them: a stack begins with the message, which may have lines of its own. */
function framesOf(stack: string, exception: object): string[] {
  const { message } = exception as { message?: unknown };
  const start = typeof message === 'string' ? stack.indexOf(message) : -1;
  const lines = (start < 0 ? stack : stack.slice(start + String(message).length)).split('\n');
  return lines.slice(lines.findLastIndex((line) => !line.startsWith('    at ')) + 1);
}

/**
 * True the first time an error is seen in a trace: the span where it came up first records it, those
 * that it passes on its way out only fail with it. What is thrown but is no object cannot be told
 * apart and counts as new each time.
 */
export function isFirstSeenInTrace(exception: unknown, traceId: string): boolean {
  if (typeof exception !== 'object' || exception === null) return true;
  if (recordedErrors.get(exception) === traceId) return false;
  recordedErrors.set(exception, traceId);
  return true;
}
