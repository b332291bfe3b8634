import { type Attributes, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { defaultPortOf } from '../../carriers/index.js';
import {
  contextStorage,
  currentTracer,
  isLocalSpan,
  type LocalSpan,
  type LocalTracer,
  type TracingContext,
} from '../../context/index.js';
import {
  ERROR_TYPE,
  HTTP_REQUEST_METHOD,
  HTTP_REQUEST_METHOD_ORIGINAL,
  HTTP_RESPONSE_STATUS_CODE,
  SERVER_ADDRESS,
  SERVER_PORT,
  URL_FULL,
  URL_TEMPLATE,
} from '../attributes.js';
import { recordFetchFailure } from './fetch-failure.js';
import {
  type FetchRequest,
  readFetchRequest,
  type TracedFetchInit,
  withHeaders,
} from './fetch-request.js';
import { followRedirects } from './follow-redirects.js';
import type { HttpClientOptions } from './http-client-options.js';
import { HttpClientSettings, httpClientSettingsOf } from './http-client-settings.js';
import { injectContext } from './inject-context.js';

/** As the global `fetch`. */
export type TracedFetch = (
  input: string | URL | Request,
  init?: TracedFetchInit,
) => Promise<Response>;

/** Parts of {@link createTracedFetch} that are given and not found. */
export interface TracedFetchOptions extends HttpClientOptions {
  /** @default the tracer of the running operation, else of the application that runs */
  readonly tracer?: LocalTracer;
  /** What sends the requests. @default the global `fetch`, looked up at each call */
  readonly fetch?: TracedFetch;
}

/**
 * `fetch`, with a CLIENT span for each call, whose context goes with the request. Takes the same
 * arguments and behaves the same; what it rejects with is what `fetch` was rejected with. Where no
 * tracing is running, where it is suppressed, and where the application has `http: { client: false }`,
 * it is `fetch` and nothing else.
 *
 * The span ends when the headers of the response have come, redirects included; reading the body is
 * not part of it. A status code from 400 on is an error of the span.
 *
 * @example
 * const response = await tracedFetch(`https://stock/items/${id}`, { urlTemplate: '/items/{id}' });
 */
export const tracedFetch: TracedFetch = createTracedFetch();

/**
 * A {@link tracedFetch} of its own, with a given tracer, options or `fetch`. Options replace those of
 * the application as a whole; but its `propagateTo` and `propagateBaggageTo` hold where these have none,
 * and its `client: false` always.
 *
 * @throws TracingConfigError for options that cannot be used
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
    const [request, tracedArguments] = prepared;
    const settings = ownSettings ?? application;
    if (settings.ignored.has(request.url, tracer.diagnostics)) return send(input, init);
    const span = startSpan(tracer, request, settings, active);
    const context = active.withSpan(span);
    const withheld = injectContext(tracer, context, request, settings, application);
    const ask = (): Promise<Response> =>
      withheld === undefined
        ? send(...tracedArguments)
        : followRedirects(send, tracedArguments, request, withheld);
    if (!span.isRecording()) return ask();
    return settle(span, request, settings, () => contextStorage.run(context, ask));
  };
}

type FetchArguments = ReturnType<typeof withHeaders>;

/**
 * What is asked for, and the arguments that ask for it with headers of our own, which may still be
 * added to. Undefined for what `fetch` will refuse, in its own words.
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

function startSpan(
  tracer: LocalTracer,
  { url, method: givenMethod, headers, urlTemplate }: FetchRequest,
  { methods, redactor, requestHeaders, onRequest }: HttpClientSettings,
  active: TracingContext,
): LocalSpan {
  // Nothing is asked and nothing is kept below such a span, so nothing need be read.
  if (isLocalSpan(active.span) && active.span.isUnsampledForAll) return active.span;
  const { nameInSpan, method, original } = methods.of(givenMethod);
  const attributes: Attributes = {
    [HTTP_REQUEST_METHOD]: method,
    [HTTP_REQUEST_METHOD_ORIGINAL]: original,
    [URL_TEMPLATE]: urlTemplate,
    // IPv6 stands in brackets in a URL.
    [SERVER_ADDRESS]: url.hostname.replace(/^\[|\]$/g, ''),
    [SERVER_PORT]: url.port === '' ? defaultPortOf(url.protocol.slice(0, -1)) : Number(url.port),
    [URL_FULL]: redactor.redactUrl(url),
  };
  requestHeaders?.writeTo(attributes, headers);
  const name = urlTemplate === undefined ? nameInSpan : `${nameInSpan} ${urlTemplate}`;
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, active);
  if (onRequest !== undefined && span.isRecording()) {
    // Copies: the function is the user's, URL and headers are the request's.
    onRequest.call(span, {
      method: givenMethod,
      url: new URL(url),
      headers: new Headers(headers),
      urlTemplate,
    });
  }
  return span;
}

function settle(
  span: LocalSpan,
  { signal }: FetchRequest,
  settings: HttpClientSettings,
  send: () => Promise<Response>,
): Promise<Response> {
  const fail = (error: unknown): never => {
    recordFetchFailure(span, error, signal);
    span.end();
    throw error;
  };
  let pending: Promise<Response>;
  try {
    pending = send();
  } catch (error) {
    return fail(error);
  }
  // A test's double of `fetch` may return no promise.
  return Promise.resolve(pending).then((response) => {
    recordResponse(span, response, settings);
    span.end();
    return response;
  }, fail);
}

function recordResponse(
  span: LocalSpan,
  response: Partial<Response> | undefined,
  { responseHeaders }: HttpClientSettings,
): void {
  const { status, headers } = response ?? {};
  if (typeof status !== 'number') return;
  span.setAttribute(HTTP_RESPONSE_STATUS_CODE, status);
  if (headers instanceof Headers) responseHeaders?.setOn(span, headers);
  if (status < 400) return;
  span.setAttribute(ERROR_TYPE, String(status));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
