import { context } from '@opentelemetry/api';
import {
  contextStorage,
  describesRequests,
  firstRunningTracer,
  isInTrace,
  isLocalSpan,
  isSuppressed,
  type LocalTracer,
  type TracingContext,
} from '../../context/index.js';
import { beginOperation } from './begin-operation.js';
import { callIn } from './current-call.js';
import type { HttpClientOperation } from './http-client-operation.js';
import { type HttpClientSettings, httpClientSettingsOf } from './http-client-settings.js';
import { type ContextReceivers, injectContext } from './inject-context.js';
import type { OutgoingRequest } from './outgoing-request.js';
import { takeResendCount } from './resends.js';

/**
 * Marks a request that is sent inside an operation. A copy of the library that shares no state with this
 * one, as test runners load them, sees the request too, but outside of any operation; it must not replace
 * the context.
 */
const CLAIMED = Symbol.for('nestjs-traced.http-client.claimed');

/**
 * Begins the operation of a request that a watcher sees, and injects the context. Does not throw.
 *
 * The request belongs to the application whose span is active; otherwise to the application that was
 * started first.
 *
 * @param raw the request as the client knows it
 * @param read translates the request; called only if the request is traced. Undefined if it has no URL
 * @returns undefined if nothing more needs to be reported of the request
 */
export function beginOnWire<R extends object>(
  raw: R & { [CLAIMED]?: boolean },
  read: (raw: R) => OutgoingRequest | undefined,
): HttpClientOperation | undefined {
  const active = contextStorage.active();
  if (active.suppressed) return undefined;
  const tracer = isLocalSpan(active.span)
    ? active.span.tracer.application.tracer
    : firstRunningTracer(isTracing);
  if (tracer === undefined) return undefined;
  const settings = httpClientSettingsOf(tracer);
  if (!settings.isEnabled) return undefined;
  const isRoot = !isInTrace(active);
  if (isRoot) {
    if (!settings.tracesRoots || raw[CLAIMED] === true) return undefined;
    // The exports of another SDK, whose context manager this library cannot share.
    if (isSuppressed(context.active())) return undefined;
  }
  try {
    if (!isRoot) raw[CLAIMED] = true;
    const request = read(raw);
    return request && begin(tracer, settings, request, active);
  } catch (error) {
    tracer.diagnostics.report('An HTTP request could not be traced. It is sent unchanged', error);
    return undefined;
  }
}

function isTracing(tracer: LocalTracer): boolean {
  return httpClientSettingsOf(tracer).isTracingEnabled;
}

function begin(
  tracer: LocalTracer,
  settings: HttpClientSettings,
  request: OutgoingRequest,
  active: TracingContext,
): HttpClientOperation | undefined {
  const call = callIn(active);
  if (call?.take(request.method, request.url) === true) {
    // The call has injected the context.
    const operation = call.release();
    return operation?.isObserved === true ? operation : undefined;
  }
  if (settings.ignored.has(request.url, tracer.diagnostics)) return undefined;
  if (describesRequests(active)) {
    sendContext(tracer, settings.receivers, request, active);
    return undefined;
  }
  const resendCount = takeResendCount(active, request.url, request.method);
  if (call !== undefined && resendCount > 0) {
    const { settings, receivers, outerContext } = call;
    return start(call.tracer, settings, receivers, request, outerContext, active, resendCount);
  }
  return start(tracer, settings, settings.receivers, request, active, active, resendCount);
}

function start(
  tracer: LocalTracer,
  settings: HttpClientSettings,
  receivers: ContextReceivers,
  request: OutgoingRequest,
  parent: TracingContext,
  active: TracingContext,
  resendCount: number,
): HttpClientOperation | undefined {
  const operation = beginOperation(tracer, settings, request, parent, active, resendCount);
  const { span } = operation;
  sendContext(tracer, receivers, request, parent.withSpan(span));
  return operation.isObserved ? operation : undefined;
}

function sendContext(
  tracer: LocalTracer,
  receivers: ContextReceivers,
  { method, headers, url }: OutgoingRequest,
  context: TracingContext,
): void {
  // CONNECT goes to a proxy, which is not the receiver.
  if (method === 'CONNECT') return;
  try {
    injectContext(tracer, context, headers, url, receivers);
  } catch (error) {
    tracer.diagnostics.report('The context could not be sent with an HTTP request', error);
  }
}
