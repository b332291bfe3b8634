import {
  contextStorage,
  currentTracer,
  errorTypeOf,
  isInTrace,
  type LocalSpan,
} from '../../context/index.js';
import { type CallMeasure, callInSpan, measureCall } from '../../operation/index.js';
import { ERROR_TYPE, HTTP_RESPONSE_STATUS_CODE } from '../attributes.js';
import { beginMeasurement, startSpan } from './begin-operation.js';
import { HttpClientCall, withCall } from './current-call.js';
import { HttpCallOperation } from './http-call-operation.js';
import { httpClientSettingsOf } from './http-client-settings.js';
import { injectContext } from './inject-context.js';
import { NotedSpan } from './noted-span.js';
import { checkHeader, type OutgoingHeaders, type OutgoingRequest } from './outgoing-request.js';

/** A request that {@link traceHttpCall} traces. */
export interface HttpCall {
  /** @default 'GET' */
  readonly method?: string;
  /** The absolute URL. */
  readonly url: string | URL;
  /** The headers of the caller. They are not changed. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** The template of the path, such as `/items/{sku}`; see `TracedFetchInit`. @default none */
  readonly urlTemplate?: string;
}

/**
 * Traces a request of an HTTP client that the library does not trace by itself, such as one over a
 * transport of its own. Calls `send` once, inside a CLIENT span, with the headers to send: those of the
 * call, with the trace context of this span, as far as `http.client.propagateTo` allows. The span ends
 * when the result of `send` is over, like that of a `@Traced` method. Errors of `send` pass through.
 *
 * For a client that the library traces, the span of the call takes the place of its span, and gets the attributes of
 * its connection and response.
 *
 * @param send sends the request with the given headers. It can set attributes on the span. The metric of the call shows
 *   `http.response.status_code`, also in a trace that is not sampled; a status of at least 400 is an error
 * @example
 * const reply = await traceHttpCall({ method: 'POST', url }, (headers) => client.post(url, body, headers));
 */
export function traceHttpCall<T>(
  call: HttpCall,
  send: (headers: Record<string, string>, span: LocalSpan | undefined) => T,
): T {
  const headers: Record<string, string> = { ...call.headers };
  const active = contextStorage.active();
  const tracer = currentTracer();
  const url = toUrl(call.url);
  if (tracer === undefined || active.suppressed || url === undefined) {
    return send(headers, undefined);
  }
  const settings = httpClientSettingsOf(tracer);
  if (!settings.isEnabled || settings.ignored.has(url, tracer.diagnostics)) {
    return send(headers, undefined);
  }
  if (!isInTrace(active) && !settings.tracesRootCalls) return send(headers, undefined);
  const method = call.method ?? 'GET';
  const request: OutgoingRequest = {
    method,
    url,
    headers: new PlainHeaders(headers),
    urlTemplate: call.urlTemplate,
  };
  const span = startSpan(tracer, settings, request, active, 0);
  const { receivers } = settings;
  injectContext(tracer, active.withSpan(span), request.headers, url, receivers);
  const clientCall = new HttpClientCall(tracer, settings, receivers, active, method, url);
  const context = withCall(active, clientCall);
  const begin = (): HttpCallOperation => {
    const measurement = beginMeasurement(tracer, settings, request, span);
    return new HttpCallOperation(span, settings, new Set(), context, request, 0, measurement);
  };
  const operation = begin();
  const given = span.isRecording() ? span : new NotedSpan(span, METRIC_ATTRIBUTES);
  const sendInSpan = (): T =>
    contextStorage.run(context, () => callInSpan(span, context, send, undefined, [headers, given]));
  if (!operation.isObserved) return sendInSpan();
  clientCall.offer(operation);
  span.beforeEnd(() => {
    clientCall.release();
    operation.describe(span.attributes);
  });
  if (!operation.isMeasured) return sendInSpan();
  let next: HttpCallOperation | undefined = operation;
  // Each subscription of an Observable is measured.
  const measure = (): CallMeasure => {
    const measured = next ?? begin();
    next = undefined;
    const end = (errorType?: string): void => {
      clientCall.release();
      if (given !== span) measured.describe(given.attributes);
      measured.end(errorType);
    };
    return { succeeded: end, failed: (error) => end(errorTypeOf(error)) };
  };
  return measureCall(measure, sendInSpan, undefined, []);
}

/** What a user sets on the span of a call and its metric shows. */
const METRIC_ATTRIBUTES = [HTTP_RESPONSE_STATUS_CODE, ERROR_TYPE];

function toUrl(url: string | URL): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

/** Headers as members of an object. */
class PlainHeaders implements OutgoingHeaders {
  readonly #headers: Record<string, string>;

  constructor(headers: Record<string, string>) {
    this.#headers = headers;
  }

  get(name: string): string | undefined {
    const key = this.#keyOf(name);
    return key === undefined ? undefined : this.#headers[key];
  }

  set(name: string, value: string): void {
    checkHeader(name, value);
    this.#headers[name] = value;
  }

  delete(name: string): void {
    for (let key = this.#keyOf(name); key !== undefined; key = this.#keyOf(name)) {
      delete this.#headers[key];
    }
  }

  keys(): Iterable<string> {
    return Object.keys(this.#headers);
  }

  #keyOf(name: string): string | undefined {
    return Object.keys(this.#headers).find((key) => key.toLowerCase() === name);
  }
}
