import { SpanStatusCode } from '@opentelemetry/api';
import type { LocalSpan } from '../../context/index.js';
import { ERROR_TYPE } from '../attributes.js';

/**
 * Says in the span why a `fetch` was rejected.
 *
 * A request that its caller cancelled has not failed: its span stays without status and `error.type`.
 * A timeout has. Spec: `docs/http/http-spans.md`, "Status".
 */
export function recordFetchFailure(
  span: LocalSpan,
  error: unknown,
  signal: AbortSignal | null | undefined,
): void {
  if (isCancelledByCaller(error, signal)) {
    span.addEvent('request aborted');
    return;
  }
  span.recordError(error);
  // `fetch failed`, says the error itself; why it failed stands in its cause.
  const cause = (error as { cause?: unknown } | null | undefined)?.cause;
  if (typeof cause !== 'object' || cause === null) return;
  const { code, name, message } = cause as { code?: unknown; name?: unknown; message?: unknown };
  const type = [code, name].find((text) => typeof text === 'string' && text !== '');
  if (typeof type === 'string') span.setAttribute(ERROR_TYPE, type);
  if (typeof message === 'string' && message !== '') {
    span.setStatus({ code: SpanStatusCode.ERROR, message });
  }
}

function isCancelledByCaller(error: unknown, signal: AbortSignal | null | undefined): boolean {
  if (signal?.aborted !== true || nameOf(signal.reason) === 'TimeoutError') return false;
  // Whatever reason the caller gave is what `fetch` is rejected with.
  return error === signal.reason || nameOf(error) === 'AbortError';
}

function nameOf(error: unknown): unknown {
  return (error as { name?: unknown } | null | undefined)?.name;
}
