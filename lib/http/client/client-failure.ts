import { SpanStatusCode } from '@opentelemetry/api';
import { errorTypeOf, type LocalSpan } from '../../context/index.js';
import { ERROR_TYPE } from '../attributes.js';

/**
 * Whether the caller cancelled a request. Such a request has not failed: its span has no error status
 * and no `error.type`. A timeout is a failure.
 *
 * Spec: `docs/http/http-spans.md`, "Status".
 *
 * @param error what the request was rejected with
 * @param signal the signal of the caller, if it is known; without it, a reason of the caller's own
 *   cannot be told from a failure
 */
export function isCancelledByCaller(
  error: unknown,
  signal: AbortSignal | null | undefined,
): boolean {
  if (isTimeout(error)) return false;
  if (signal?.aborted === true) {
    if (isTimeout(signal.reason)) return false;
    if (error === signal.reason) return true;
  }
  const { name, code } = membersOf(error);
  return (
    name === 'AbortError' ||
    name === 'CanceledError' ||
    name === 'CancelError' ||
    code === 'ABORT_ERR' ||
    code === 'ERR_CANCELED'
  );
}

/**
 * Whether an error stands for the abort of a `fetch` that had no connection yet: undici then throws the
 * reason of the caller's signal away. The default reason of a signal has another message.
 */
export function hasLostReason(error: unknown): boolean {
  const { name, message } = membersOf(error);
  return name === 'AbortError' && message === 'The operation was aborted.';
}

/**
 * Records on the span of a request why it failed.
 *
 * @returns `error.type`
 */
export function recordClientFailure(span: LocalSpan, error: unknown): string {
  span.recordError(error);
  const { code, cause } = membersOf(error);
  // The message of `fetch` is `fetch failed`; the reason is in its cause.
  const reason = isObject(cause) && typeof code !== 'string' ? membersOf(cause) : undefined;
  const type = [reason?.code, reason?.name, code].find(isText);
  if (type !== undefined) span.setAttribute(ERROR_TYPE, type);
  if (isText(reason?.message)) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: reason.message });
  }
  return type ?? errorTypeOf(error);
}

function isTimeout(error: unknown): boolean {
  const { name, cause } = membersOf(error);
  return name === 'TimeoutError' || (isObject(cause) && membersOf(cause).name === 'TimeoutError');
}

interface ErrorMembers {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

const NO_MEMBERS: ErrorMembers = {};

function membersOf(error: unknown): ErrorMembers {
  if (!isObject(error)) return NO_MEMBERS;
  try {
    const { name, message, code, cause } = error as ErrorMembers;
    return { name, message, code, cause };
  } catch {
    // Getters of the user's error may throw.
    return NO_MEMBERS;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
