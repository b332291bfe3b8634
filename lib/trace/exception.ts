import type { Attributes } from '@opentelemetry/api';
import { errorTypeOf, maskedMessageOf, recordedErrors } from '../context/index.js';

// Semantic conventions 1.45.0, `docs/exceptions/exceptions-spans.md`.
export const EXCEPTION_EVENT = 'exception';
const EXCEPTION_TYPE = 'exception.type';
const EXCEPTION_MESSAGE = 'exception.message';
const EXCEPTION_STACKTRACE = 'exception.stacktrace';

/** The type and the message of an exception, as the semantic conventions define them. */
export interface ExceptionDescription {
  /** The class name, or the type of a thrown primitive. */
  readonly type: string;
  /** At most 4,096 characters. */
  readonly message: string;
}

/** Errors can contain requests, documents, or whole responses. */
/** How much of a message is looked for in its stack. */
const SEARCHED_LENGTH = 256;
const MAX_MESSAGE_LENGTH = 4096;
const MAX_STACKTRACE_LENGTH = 16_384;
/** The exception itself, its causes and the errors of an aggregate. */
const MAX_EXCEPTIONS = 16;

/** Describes a thrown value of any type. Does not throw, even if getters of the value throw. */
export function describeException(exception: unknown): ExceptionDescription {
  try {
    if (typeof exception !== 'object' || exception === null) {
      return { type: typeof exception, message: cut(String(exception), MAX_MESSAGE_LENGTH) };
    }
    const { message } = exception as { message?: unknown };
    const shown = maskedMessageOf(exception) ?? (typeof message === 'string' ? message : '');
    return { type: errorTypeOf(exception), message: cut(shown, MAX_MESSAGE_LENGTH) };
  } catch {
    return { type: 'unknown', message: '' };
  }
}

/** Returns the attributes of an `exception` event. */
export function toExceptionAttributes(
  exception: unknown,
  { type, message }: ExceptionDescription = describeException(exception),
): Attributes {
  return {
    [EXCEPTION_TYPE]: type,
    [EXCEPTION_MESSAGE]: message,
    [EXCEPTION_STACKTRACE]: stackOfException(exception),
  };
}

/** Type and message in one line, as a log shows them, of the result of {@link toExceptionAttributes}. */
export function messageOfException(attributes: Attributes): string {
  const { [EXCEPTION_TYPE]: type, [EXCEPTION_MESSAGE]: message } = attributes;
  return message === '' ? String(type) : `${type}: ${message}`;
}

/**
 * The stack of an exception, followed by the stacks of its causes ("Caused by: …") and of the errors of
 * an aggregate ("Error 1 of 2: …"). At most 16,384 characters. Each of several stacks can use half of the
 * remaining characters, so that a long stack does not hide its cause.
 */
export function stackOfException(exception: unknown): string | undefined {
  if (typeof exception !== 'object' || exception === null) return undefined;
  const stacks: string[] = [];
  try {
    if (typeof (exception as { stack?: unknown }).stack !== 'string') return undefined;
    addStacks(stacks, exception, '', MAX_STACKTRACE_LENGTH, new Set());
  } catch {
    // A getter of the exception threw: keep the stacks that were read before.
  }
  return stacks.length === 0 ? undefined : stacks.join('\n');
}

/** @returns the number of characters of `room` that are left */
function addStacks(
  stacks: string[],
  exception: unknown,
  heading: string,
  room: number,
  seen: Set<unknown>,
): number {
  if (room <= 0 || stacks.length === MAX_EXCEPTIONS || seen.has(exception)) return room;
  if (typeof exception !== 'object' || exception === null) {
    const text = cut(heading + String(exception), room);
    stacks.push(text);
    return room - text.length - 1;
  }
  seen.add(exception);
  const { cause, errors } = exception as { cause?: unknown; errors?: unknown };
  const parts = Array.isArray(errors) ? errors : [];
  const hasMore = parts.length > 0 || (cause !== undefined && cause !== null);
  const stack = cut(heading + stackOf(exception), hasMore ? Math.ceil(room / 2) : room);
  stacks.push(stack);
  let left = room - stack.length - 1;
  for (let i = 0; i < parts.length && i < MAX_EXCEPTIONS; i++) {
    left = addStacks(stacks, parts[i], `Error ${i + 1} of ${parts.length}: `, left, seen);
  }
  if (cause === undefined || cause === null) return left;
  return addStacks(stacks, cause, 'Caused by: ', left, seen);
}

function stackOf(exception: object): string {
  const { stack, message } = exception as { stack?: unknown; message?: unknown };
  if (typeof stack !== 'string') return errorTypeOf(exception);
  const masked = maskedMessageOf(exception);
  if (masked !== undefined) {
    const frames = framesBehind(stack, message);
    return [`${errorTypeOf(exception)}: ${cut(masked, MAX_MESSAGE_LENGTH)}`, ...frames].join('\n');
  }
  return stack.includes(PACKAGE_NAME) || stack.length > MAX_STACKTRACE_LENGTH
    ? withUserFrames(stack, message)
    : stack;
}

const PACKAGE_NAME = 'nestjs-traced';
const OWN_FRAME = /^ {4}at .*[\\/]node_modules[\\/]nestjs-traced[\\/]/;

/** The stack with a shortened message, and without the frames of this library. */
function withUserFrames(stack: string, message: unknown): string {
  const end = endOfMessage(stack, message);
  const head = cut(stack.slice(0, end), MAX_MESSAGE_LENGTH);
  const lines = stack.slice(end, end + MAX_STACKTRACE_LENGTH + 1).split('\n');
  const users = lines.filter((line) => !OWN_FRAME.test(line));
  // An error of this library itself has no other frames.
  return head + (users.length <= 1 ? lines : users).join('\n');
}

/**
 * Only the frames; the message before them can have several lines. MikroORM appends the lines of another
 * error that look like frames, and lines of its message can look like it: what follows the frames is omitted.
 */
function framesBehind(stack: string, message: unknown): string[] {
  const end = endOfMessage(stack, message);
  const lines = stack.slice(end).split('\n');
  if (end === 0) return lines.slice(lines.findLastIndex((line) => !isFrame(line)) + 1);
  const behind = lines.slice(1);
  const next = behind.findIndex((line) => !isFrame(line));
  return next < 0 ? behind : behind.slice(0, next);
}

function isFrame(line: string): boolean {
  return line.startsWith('    at ');
}

/** The index at which the message in a stack ends; 0 if the stack does not contain the message. */
function endOfMessage(stack: string, message: unknown): number {
  if (typeof message !== 'string') return 0;
  // Search only for the beginning of the message: searching for a long text can be quadratic.
  const start = stack.slice(0, MAX_MESSAGE_LENGTH).indexOf(message.slice(0, SEARCHED_LENGTH));
  return start >= 0 && stack.startsWith(message, start) ? start + message.length : 0;
}

/** At most `length` characters; a shortened text ends with an ellipsis. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}

/**
 * Returns true for the first time that an error is recorded in a trace. The span in which the error
 * occurs records it; the spans above it only get the error status. Thrown primitives have no identity, so
 * this function returns true for each of them.
 */
export function isFirstSeenInTrace(exception: unknown, traceId: string): boolean {
  if (typeof exception !== 'object' || exception === null) return true;
  if (recordedErrors.get(exception) === traceId) return false;
  recordedErrors.set(exception, traceId);
  return true;
}
