import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Attributes, SpanKind, type TextMapGetter } from '@opentelemetry/api';
import { CapturedFields, IncomingContextReader } from '../../carriers/index.js';
import { contextStorage, type LocalTracer } from '../../context/index.js';
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
import {
  HttpServerOperation,
  type HttpServerOperationSettings,
  responseHeader,
} from './http-server-operation.js';
import type { HttpServerOptions } from './http-server-options.js';
import {
  bindToOperation,
  contextToEnter,
  hasScope,
  operationOf,
  reportsEvents,
} from './operation-events.js';
import { RequestAttributesReader } from './request-attributes.js';
import { TraceIdHeader } from './trace-id-header.js';

// An import would load more of Node than the socket: its ES module reads every export of `node:net`.
const { Socket: NodeSocket } = process.getBuiltinModule('node:net');

/**
 * Traces the requests of an HTTP server, on any platform. Hooks of the platform give it each request as
 * early as possible, with {@link run}.
 *
 * It does not throw at run time. What a function of the user throws is reported.
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
  readonly #traceIdHeader: TraceIdHeader | undefined;

  /** @throws TracingConfigError for invalid options */
  constructor(tracer: LocalTracer, options: HttpServerOptions = {}) {
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
      responseHeader,
      options.captureResponseHeaders,
    );
    this.#settings = { responseHeaders, diagnostics: tracer.diagnostics };
    this.#onRequest = StartHook.of('http.server.onRequest', options.onRequest);
    this.#traceIdHeader = TraceIdHeader.of(options.exposeTraceId, tracer.diagnostics);
  }

  /**
   * Runs `proceed`, which handles the request, in the context of the request. It begins the operation if
   * no earlier hook has. An ignored request runs without tracing.
   *
   * @returns what `proceed` returns; what it throws passes through
   */
  run<T>(request: IncomingMessage, response: ServerResponse, proceed: () => T): T {
    this.begin(request, response);
    const context = contextToEnter(response);
    return context === undefined ? proceed() : contextStorage.runEntry(context, proceed);
  }

  /**
   * Begins the operation of a request, unless it has begun. Its span is a child of the caller's span if
   * the request brings one and the options accept it, but never of the active span. It finishes when the
   * response closes.
   *
   * @returns undefined if the request is ignored, tracing is suppressed, or the request cannot be traced
   */
  begin(request: IncomingMessage, response: ServerResponse): HttpServerOperation | undefined {
    if (hasScope(response)) return operationOf(response);
    if (contextStorage.active().suppressed) return undefined;
    let operation: HttpServerOperation | undefined;
    try {
      operation = this.#beginNew(request);
      bindToOperation(request, response, operation);
      if (this.#traceIdHeader !== undefined && operation !== undefined) {
        this.#traceIdHeader.setOn(response, operation.span.spanContext());
      }
      // Spans that are not recorded need no close listener.
      if (operation?.span.isRecording()) this.#beginRecorded(operation, request, response);
      return operation;
    } catch (error) {
      // Bridges and test doubles pass objects that only resemble Node's.
      this.#tracer.diagnostics.report('A request could not be traced', error);
      operation?.span.end();
      return undefined;
    }
  }

  #beginNew(request: IncomingMessage): HttpServerOperation | undefined {
    // Express cuts the path of mounted applications from `url`.
    const { originalUrl } = request as { originalUrl?: unknown };
    const received = typeof originalUrl === 'string' ? originalUrl : (request.url ?? '');
    const target = toOriginForm(received);
    const queryStart = target.indexOf('?');
    const path = queryStart < 0 ? target : target.slice(0, queryStart);
    if (this.#ignoreRules.has(path, request)) return undefined;

    const query =
      queryStart < 0 || queryStart === target.length - 1
        ? undefined
        : this.#redactor.redactQuery(target.slice(queryStart + 1));
    const name = request.method ?? '';
    const method = this.#methods.byName.get(name) ?? this.#methods.of(name);
    const attributes: Attributes = this.#attributesReader.read(request, method, path, query);
    this.#requestHeaders?.writeTo(attributes, request.headers);
    const { context, links } = this.#contextReader.read(request.headers, request);
    const options = { kind: SpanKind.SERVER, attributes, links };
    const span = this.#tracer.startSpan(method.nameInSpan, options, context);
    const requestLine = span.isRecording() ? `${request.method} ${received}` : '';
    return new HttpServerOperation(this.#settings, span, context, method.nameInSpan, requestLine);
  }

  #beginRecorded(
    operation: HttpServerOperation,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const { span } = operation;
    span.setAttribute(NETWORK_PEER_ADDRESS, request.socket?.remoteAddress);
    span.setAttribute(NETWORK_PEER_PORT, request.socket?.remotePort);
    finishOnClose(operation, request, response);
    this.#onRequest?.call(span, request);
  }
}

/** The rules are for paths without queries. */
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
 * Returns the target of a request in origin form, `/path?query`. Proxies can send the absolute form,
 * `http://host/path?query`. Spec: RFC 9112, section 3.2.
 */
function toOriginForm(target: string): string {
  if (target.charCodeAt(0) === SLASH) return target;
  const match = /^https?:\/\/[^/?#]*(.*)$/is.exec(target);
  if (match === null) return target;
  const rest = match[1] as string;
  return rest.charCodeAt(0) === SLASH ? rest : `/${rest}`;
}

const SLASH = 0x2f;

/** Finishes an operation when its response closes: `finish` is not emitted if the client disconnects. */
function finishOnClose(
  operation: HttpServerOperation,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  // Bridges to serverless platforms use other objects as sockets, which need not close.
  const closes = request.socket instanceof NodeSocket;
  operation.expectResponse(response, closes);
  if (!reportsEvents(response)) {
    const finish = (): void => operation.finish(request, response);
    response.on('close', finish);
    if (!closes) response.on('finish', finish);
  }
  if (closes && response.socket === null) {
    // The response waits for others on its connection (pipelining), and does not close with it.
    const finish = (): void => operation.finish(request, response);
    finishWithConnection(response, request.socket, finish);
  }
}

/**
 * The responses that wait on each connection. They share one listener, because a client can pipeline any
 * number of requests and Node warns about more than ten listeners.
 */
const waitingOnConnection = new WeakMap<Socket, Set<() => void>>();

function finishWithConnection(
  response: ServerResponse,
  connection: Socket,
  finish: () => void,
): void {
  let waiting = waitingOnConnection.get(connection);
  if (waiting === undefined) {
    const created = new Set<() => void>();
    waiting = created;
    waitingOnConnection.set(connection, created);
    connection.once('close', () => {
      for (const finishOne of created) finishOne();
    });
  }
  waiting.add(finish);
  response.on('close', () => waiting.delete(finish));
}
