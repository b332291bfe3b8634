import {
  contextStorage,
  currentTracer,
  isInTrace,
  type LocalTracer,
  type TracingContext,
} from '../../context/index.js';
import { createOperation, startSpan } from './begin-operation.js';
import { HttpClientCall, withCall } from './current-call.js';
import {
  type FetchRequest,
  readFetchRequest,
  type TracedFetchInit,
  withHeaders,
} from './fetch-request.js';
import { followRedirects, type HeadersFor } from './follow-redirects.js';
import type { HttpClientOperation } from './http-client-operation.js';
import type { HttpClientOptions } from './http-client-options.js';
import { HttpClientSettings, httpClientSettingsOf } from './http-client-settings.js';
import { injectContext, isRestricted, removeContext, withDefaults } from './inject-context.js';
import { NO_HEADERS } from './outgoing-request.js';

/** A function with the arguments and the result of the global `fetch`. */
export type TracedFetch = (
  input: string | URL | Request,
  init?: TracedFetchInit,
) => Promise<Response>;

/** Options of {@link createTracedFetch}: those of `http.client`, and the parts that it uses. */
export interface TracedFetchOptions extends HttpClientOptions {
  /** @default the tracer of the running operation, else of the running application */
  readonly tracer?: LocalTracer;
  /** Sends the requests. @default the global `fetch`, looked up at each call */
  readonly fetch?: TracedFetch;
}

/**
 * `fetch` with a CLIENT span for each call, whose context is sent with the request. It takes the same
 * arguments, and rejects with what `fetch` rejects with. If no tracing is running, if tracing is
 * suppressed, and if the application has `http: { client: false }`, it does what `fetch` does.
 *
 * The global `fetch` is traced too. `tracedFetch` also takes a template of the path, knows the signal of
 * the caller, and traces doubles of `fetch` in tests.
 *
 * @example
 * const response = await tracedFetch(`https://stock/items/${id}`, { urlTemplate: '/items/{id}' });
 */
export const tracedFetch: TracedFetch = createTracedFetch();

/**
 * Creates a {@link tracedFetch} with its own tracer, options or `fetch`. The options replace those of the
 * application as a whole; but its `propagateTo` and `propagateBaggageTo` hold if these have none, and its
 * `client: false` always.
 *
 * @throws TracingConfigError for invalid options
 */
export function createTracedFetch(options: TracedFetchOptions = {}): TracedFetch {
  const { tracer: givenTracer, fetch: givenFetch, ...clientOptions } = options;
  const hasOptions = Object.values(clientOptions).some((value) => value !== undefined);
  const ownSettings = hasOptions ? new HttpClientSettings(clientOptions) : undefined;
  return (input, init) => {
    const send = givenFetch ?? globalThis.fetch;
    const active = contextStorage.active();
    const tracer = givenTracer ?? currentTracer();
    if (tracer === undefined || active.suppressed) return send(input, init);
    const application = httpClientSettingsOf(tracer);
    if (!application.isEnabled) return send(input, init);
    const prepared = tryPrepare(input, init);
    if (prepared === undefined) return send(input, init);
    const settings = ownSettings ?? application;
    const [request, tracedArguments] = prepared;
    if (
      settings.ignored.has(request.url, tracer.diagnostics) ||
      (!isInTrace(active) && !settings.tracesRootCalls)
    ) {
      // A watcher would trace it with the options of the application.
      if (ownSettings === undefined) return send(input, init);
      return contextStorage.run(active.withSuppressed(true), () => send(input, init));
    }
    return sendInSpan(tracer, settings, application, active, request, tracedArguments, send);
  };
}

type FetchArguments = ReturnType<typeof withHeaders>;

/**
 * Returns the request, and arguments for it with headers that may be changed. Undefined for a request
 * that `fetch` refuses.
 */
function tryPrepare(
  input: string | URL | Request,
  init: TracedFetchInit | undefined,
): [FetchRequest, FetchArguments] | undefined {
  try {
    const request = readFetchRequest(input, init);
    return request && [request, withHeaders(input, init, request.headers)];
  } catch {
    return undefined;
  }
}

function sendInSpan(
  tracer: LocalTracer,
  settings: HttpClientSettings,
  application: HttpClientSettings,
  active: TracingContext,
  request: FetchRequest,
  tracedArguments: FetchArguments,
  send: TracedFetch,
): Promise<Response> {
  const receivers = withDefaults(settings.receivers, application.receivers);
  const span = startSpan(tracer, settings, request, active, 0);
  const { method, url } = request;
  const call = new HttpClientCall(tracer, settings, receivers, active, method, url);
  const context = withCall(active.withSpan(span), call);
  const operation = createOperation(tracer, settings, request, span, context, 0);
  call.offer(operation);
  const headersFor: HeadersFor = (receiver, headers) =>
    receiver === undefined
      ? removeContext(tracer, headers)
      : injectContext(tracer, context, headers, receiver, receivers);
  headersFor(url, request.headers);
  const ask = isRestricted(receivers, context)
    ? () => followRedirects(send, tracedArguments, request, headersFor)
    : () => send(...tracedArguments);
  if (!operation.isObserved) return contextStorage.run(context, ask);
  return settle(operation, call, () => contextStorage.run(context, ask));
}

function settle(
  operation: HttpClientOperation,
  call: HttpClientCall,
  send: () => Promise<Response>,
): Promise<Response> {
  const fail = (error: unknown): never => {
    call.release();
    operation.fail(error);
    throw error;
  };
  let pending: Promise<Response>;
  try {
    pending = send();
  } catch (error) {
    return fail(error);
  }
  // A test's double of `fetch` may return no promise.
  return Promise.resolve(pending).then((response: Partial<Response> | undefined) => {
    call.release();
    // No watcher sees the body of a double of `fetch`.
    if (!call.isTaken) {
      const { status, headers } = response ?? {};
      if (typeof status === 'number') {
        operation.responded(status, headers instanceof Headers ? headers : NO_HEADERS);
      }
      operation.finish();
    }
    return response as Response;
  }, fail);
}
