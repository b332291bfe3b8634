import { type Attributes, SpanKind } from '@opentelemetry/api';
import { defaultPortOf } from '../../carriers/index.js';
import {
  isLocalSpan,
  type LocalSpan,
  type LocalTracer,
  type TracingContext,
} from '../../context/index.js';
import { DurationRecorder, type Measurement } from '../../operation/index.js';
import {
  HTTP_REQUEST_METHOD,
  HTTP_REQUEST_METHOD_ORIGINAL,
  HTTP_REQUEST_RESEND_COUNT,
  SERVER_ADDRESS,
  SERVER_PORT,
  URL_FULL,
  URL_TEMPLATE,
} from '../attributes.js';
import { CLIENT_DURATION } from '../duration-plans.js';
import { HttpClientOperation, recordRequestBodySize } from './http-client-operation.js';
import type { OutgoingHttpRequest } from './http-client-options.js';
import { type HttpClientSettings, openOperationsOf } from './http-client-settings.js';
import { copyHeaders, type OutgoingRequest } from './outgoing-request.js';
import { urlTemplateIn } from './url-template.js';

/**
 * Begins the operation of a request: starts its span as a child of the active span. The caller then
 * injects the context and reports what happens to the request.
 *
 * @param active the context in which the caller sends the request
 * @param resendCount how often the request has been sent again
 */
export function beginOperation(
  tracer: LocalTracer,
  settings: HttpClientSettings,
  request: OutgoingRequest,
  active: TracingContext,
  sendingContext: TracingContext,
  resendCount: number,
): HttpClientOperation {
  const span = startSpan(tracer, settings, request, active, resendCount);
  return createOperation(tracer, settings, request, span, sendingContext, resendCount);
}

/** Creates the operation of a request whose span has started. */
export function createOperation(
  tracer: LocalTracer,
  settings: HttpClientSettings,
  request: OutgoingRequest,
  span: LocalSpan,
  sendingContext: TracingContext,
  resendCount: number,
): HttpClientOperation {
  const open = openOperationsOf(tracer);
  const measurement = beginMeasurement(tracer, settings, request, span);
  return new HttpClientOperation(
    span,
    settings,
    open,
    sendingContext,
    request,
    resendCount,
    measurement,
  );
}

/**
 * Begins to measure a request: its path has `server.address`, `server.port` and `http.request.method`.
 *
 * @returns undefined in an application without metrics
 */
export function beginMeasurement(
  tracer: LocalTracer,
  settings: HttpClientSettings,
  { url, method }: OutgoingRequest,
  span: LocalSpan,
): Measurement | undefined {
  const recorder = DurationRecorder.of(tracer, CLIENT_DURATION);
  if (recorder === undefined) return undefined;
  const path = recorder.root.with(addressOf(url.hostname)).with(portOf(url));
  return recorder.begin(path.with(settings.methods.of(method).method), span);
}

/** Starts the span of a request. */
export function startSpan(
  tracer: LocalTracer,
  settings: HttpClientSettings,
  request: OutgoingRequest,
  active: TracingContext,
  resendCount: number,
): LocalSpan {
  // Such a span has no recorded descendants and asks no sampler, so nothing need be read.
  if (isLocalSpan(active.span) && active.span.isUnsampledForAll) return active.span;
  const { url, headers } = request;
  const { nameInSpan, method, original } = settings.methods.of(request.method);
  const forUser = settings.hasFunctions ? new RequestForUser(request) : undefined;
  const template =
    request.urlTemplate ??
    urlTemplateIn(active) ??
    (forUser && settings.urlTemplate?.call(tracer, forUser));
  if (forUser !== undefined) forUser.urlTemplate = template;
  const attributes: Attributes = {
    [HTTP_REQUEST_METHOD]: method,
    [SERVER_ADDRESS]: addressOf(url.hostname),
    [SERVER_PORT]: portOf(url),
    [URL_FULL]: settings.redactor.redactUrl(url),
  };
  if (original !== undefined) attributes[HTTP_REQUEST_METHOD_ORIGINAL] = original;
  if (template !== undefined) attributes[URL_TEMPLATE] = template;
  if (resendCount > 0) attributes[HTTP_REQUEST_RESEND_COUNT] = resendCount;
  settings.requestHeaders?.writeTo(attributes, headers);
  const name =
    (forUser && settings.nameOf?.call(tracer, forUser)) ??
    (template === undefined ? nameInSpan : `${nameInSpan} ${template}`);
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, active);
  if (!span.isRecording()) return span;
  if (settings.recordsBodySizes) recordRequestBodySize(span, headers);
  if (forUser !== undefined) settings.onRequest?.call(span, forUser);
  return span;
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? defaultPortOf(protocol.slice(0, -1)) : Number(port);
}

/** An IPv6 address is in brackets in a URL. */
function addressOf(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/** A request for the functions of the user. URL and headers are copies, made when they are read. */
class RequestForUser implements OutgoingHttpRequest {
  readonly method: string;
  urlTemplate: string | undefined;
  readonly #request: OutgoingRequest;
  #url: URL | undefined;
  #headers: Headers | undefined;

  constructor(request: OutgoingRequest) {
    this.method = request.method;
    this.urlTemplate = request.urlTemplate;
    this.#request = request;
  }

  get url(): URL {
    this.#url ??= new URL(this.#request.url);
    return this.#url;
  }

  get headers(): Headers {
    this.#headers ??= copyHeaders(this.#request.headers);
    return this.#headers;
  }
}
