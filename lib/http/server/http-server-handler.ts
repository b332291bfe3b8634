import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type Attributes, SpanKind, type TextMapGetter } from '@opentelemetry/api';
import { CapturedFields, IncomingContextReader } from '../../carriers/index.js';
import { contextStorage, type LocalTracer, TracingContext } from '../../context/index.js';
import { IgnoreRules, type IgnoreRulesPlan } from '../../ignore-rules.js';
import { StartHook } from '../../operation/index.js';
import {
  HTTP_REQUEST_HEADER_PREFIX,
  HTTP_RESPONSE_HEADER_PREFIX,
  NETWORK_PEER_ADDRESS,
  NETWORK_PEER_PORT,
} from '../attributes.js';
import { KnownMethods } from '../known-methods.js';
import { QueryRedactor } from '../query-redactor.js';
import { HttpServerOperation, type HttpServerOperationSettings } from './http-server-operation.js';
import type { HttpServerOptions } from './http-server-options.js';
import { RequestAttributesReader } from './request-attributes.js';

/**
 * Traces the requests of an HTTP server, whichever platform serves them: the platform's hooks only
 * hand them in, as early as they can, through {@link run}.
 *
 * Nothing here throws at run time; what a user's function throws is reported.
 */
export class HttpServerHandler {
  readonly #tracer: LocalTracer;
  readonly #ignoreRules: IgnoreRules<IncomingMessage>;
  readonly #contextReader: IncomingContextReader<IncomingHttpHeaders, IncomingMessage>;
  readonly #attributesReader: RequestAttributesReader;
  readonly #methods: KnownMethods;
  readonly #redactor: QueryRedactor;
  readonly #requestHeaders: CapturedFields<IncomingHttpHeaders> | undefined;
  readonly #settings: HttpServerOperationSettings;
  readonly #onRequest: StartHook<IncomingMessage> | undefined;

  /**
   * @param functionNameOf names the function behind a route, such as `OrdersController.find`
   * @throws TracingConfigError for options that cannot be used
   */
  constructor(
    tracer: LocalTracer,
    options: HttpServerOptions = {},
    functionNameOf: (handler: object) => string | undefined = () => undefined,
  ) {
    this.#tracer = tracer;
    this.#ignoreRules = new IgnoreRules(IGNORED, options.ignore ?? [], tracer.diagnostics);
    this.#contextReader = new IncomingContextReader(tracer, INCOMING, options);
    this.#attributesReader = new RequestAttributesReader(options.trustProxy === true);
    this.#methods = new KnownMethods(options.knownMethods, 'http.server.knownMethods');
    this.#redactor = new QueryRedactor(options.redactedQueryKeys, 'http.server.redactedQueryKeys');
    this.#requestHeaders = CapturedFields.of(
      'http.server.captureRequestHeaders',
      HTTP_REQUEST_HEADER_PREFIX,
      (headers: IncomingHttpHeaders, name) => headers[name],
      options.captureRequestHeaders,
    );
    const responseHeaders = CapturedFields.of(
      'http.server.captureResponseHeaders',
      HTTP_RESPONSE_HEADER_PREFIX,
      (operation: HttpServerOperation, name) => operation.responseHeader(name),
      options.captureResponseHeaders,
    );
    this.#settings = { responseHeaders, functionNameOf };
    this.#onRequest = StartHook.of('http.server.onRequest', options.onRequest);
  }

  /**
   * Runs `proceed`, which handles the request, inside the request's span. A request that is handed in
   * again, by a later hook, stays in the span it has; one that is ignored runs untraced.
   *
   * @param platformRequest the platform's own object for the request, which knows the route
   * @param platformResponse the platform's own object for the response
   * @returns what `proceed` returns; what it throws passes through
   */
  run<T>(
    request: IncomingMessage,
    response: ServerResponse,
    proceed: () => T,
    platformRequest: unknown = request,
    platformResponse: unknown = response,
  ): T {
    const active = contextStorage.active();
    if (active.suppressed) return proceed();
    let operation: HttpServerOperation | undefined;
    try {
      operation = HttpServerOperation.of(response) ?? this.begin(request, response);
    } catch (error) {
      // Bridges and test doubles hand in objects that only look like Node's.
      this.#tracer.diagnostics.report('A request could not be traced', error);
      return proceed();
    }
    if (operation === undefined) return contextStorage.run(TracingContext.SUPPRESSED, proceed);
    operation.seenBy(platformRequest, platformResponse);
    if (active.entry === operation) return proceed();
    return contextStorage.run(operation.context, proceed);
  }

  /**
   * Runs `proceed` in the request's context again if something has lost it on the way, as streams and
   * callbacks of libraries may.
   */
  resume<T>(response: ServerResponse, proceed: () => T): T {
    const operation = HttpServerOperation.of(response);
    if (operation === undefined || contextStorage.active().entry === operation) return proceed();
    return contextStorage.run(operation.context, proceed);
  }

  /**
   * Begins the operation of a request: its span is a child of the caller's, if the request brought one
   * that is to be continued, never of what happens to be active here. It finishes when the response has
   * closed.
   *
   * @returns undefined where the request is ignored
   */
  begin(request: IncomingMessage, response: ServerResponse): HttpServerOperation | undefined {
    const target = toOriginForm(request.url ?? '');
    const queryStart = target.indexOf('?');
    const path = queryStart < 0 ? target : target.slice(0, queryStart);
    if (this.#ignoreRules.has(path, request)) return undefined;

    const query =
      queryStart < 0 || queryStart === target.length - 1
        ? undefined
        : this.#redactor.redactQuery(target.slice(queryStart + 1));
    const method = this.#methods.of(request.method ?? '');
    const attributes: Attributes = this.#attributesReader.read(request, method, path, query);
    this.#requestHeaders?.writeTo(attributes, request.headers);
    const { context, links } = this.#contextReader.read(request.headers, request);
    const options = { kind: SpanKind.SERVER, attributes, links };
    const span = this.#tracer.startSpan(method.nameInSpan, options, context);
    const operation = new HttpServerOperation(
      this.#settings,
      span,
      context,
      request,
      response,
      method.nameInSpan,
    );
    // Unrecorded spans need no close listener.
    if (span.isRecording()) this.#beginRecorded(operation);
    return operation;
  }

  #beginRecorded(operation: HttpServerOperation): void {
    const { span, request } = operation;
    span.setAttribute(NETWORK_PEER_ADDRESS, request.socket?.remoteAddress);
    span.setAttribute(NETWORK_PEER_PORT, request.socket?.remotePort);
    operation.finishOnClose(this.#tracer.diagnostics);
    this.#onRequest?.call(span, request);
  }
}

/** Rules for paths without their queries. */
const IGNORED: IgnoreRulesPlan = {
  option: 'http.server.ignore',
  isText: (rule) => rule.startsWith('/'),
  requirement:
    'must be paths that begin with a slash, regular expressions or functions of the request, in an array',
  remedy: 'Write ignore: ["/health"] for a path, [/^\\/internal\\//] for all paths below one.',
};

const HEADER_GETTER: TextMapGetter<IncomingHttpHeaders> = {
  get: (headers, name) => headers[name] ?? headers[name.toLowerCase()],
  keys: (headers) => Object.keys(headers),
};

const INCOMING = { options: 'http.server', noun: 'request', getter: HEADER_GETTER };

/**
 * The target of a request in origin form, `/path?query`, whichever form it came in: proxies may send
 * the absolute form, `http://host/path?query`. Spec: RFC 9112, section 3.2.
 */
function toOriginForm(target: string): string {
  if (target.charCodeAt(0) === SLASH) return target;
  const match = /^https?:\/\/[^/?#]*(.*)$/is.exec(target);
  if (match === null) return target;
  const rest = match[1] as string;
  return rest.charCodeAt(0) === SLASH ? rest : `/${rest}`;
}

const SLASH = 0x2f;
