import { contextStorage, currentTracer, isInTrace, type LocalSpan } from '../../context/index.js';
import { callInSpan, callMeasured, type Measurement } from '../../operation/index.js';
import { beginMeasurement, startSpan } from './begin-operation.js';
import { HttpClientCall, withCall } from './current-call.js';
import { httpClientSettingsOf } from './http-client-settings.js';
import { injectContext } from './inject-context.js';
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
 * For a client that the library traces, the span of the call takes the place of its span.
 *
 * @param send sends the request with the given headers. It can set attributes on the span, such as
 *   `http.response.status_code`
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
  const sendInSpan = (): T =>
    contextStorage.run(context, () => callInSpan(span, context, send, undefined, [headers, span]));
  const measure = (): Measurement | undefined => {
    const measurement = beginMeasurement(tracer, settings, request, span);
    // The library sees neither the connection nor the response.
    return measurement?.through(measurement.path.with(undefined).with(undefined));
  };
  return callMeasured(measure, sendInSpan);
}

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
