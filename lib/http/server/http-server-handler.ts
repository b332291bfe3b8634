import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TextMapGetter } from '@opentelemetry/api';
import { CapturedFields, IncomingContextReader } from '../../carriers/index.js';
import { contextStorage, type LocalTracer } from '../../context/index.js';
import { IgnoreRules, type IgnoreRulesPlan } from '../../ignore-rules.js';
import { StartHook } from '../../operation/index.js';
import { HTTP_REQUEST_HEADER_PREFIX, HTTP_RESPONSE_HEADER_PREFIX } from '../attributes.js';
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
import { pathOf, RequestSpanPlan, receivedTarget } from './request-attributes.js';
import { RequestDurations } from './request-durations.js';
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
  #hasIgnoreRules: boolean;
  readonly #methods: KnownMethods;
  readonly #spanPlan: RequestSpanPlan;
  readonly #settings: HttpServerOperationSettings;
  readonly #onRequest: StartHook<IncomingMessage> | undefined;
  readonly #traceIdHeader: TraceIdHeader | undefined;

  /** @throws TracingConfigError for invalid options */
  constructor(tracer: LocalTracer, options: HttpServerOptions = {}) {
    this.#tracer = tracer;
    this.#ignoreRules = new IgnoreRules(IGNORED, options.ignore ?? [], tracer.diagnostics);
    this.#contextReader = new IncomingContextReader(tracer, INCOMING, options);
    this.#hasIgnoreRules = !this.#ignoreRules.isEmpty;
    this.#methods = new KnownMethods(options.knownMethods, 'http.server.knownMethods');
    const redactor = new QueryRedactor(options.redactedQueryKeys, 'http.server.redactedQueryKeys');
    const headers = CapturedFields.of(
      'http.server.captureRequestHeaders',
      HTTP_REQUEST_HEADER_PREFIX,
      (headers: IncomingHttpHeaders, name) => headers[name],
      options.captureRequestHeaders,
    );
    const trustsProxy = options.trustProxy === true;
    this.#spanPlan = new RequestSpanPlan({
      methods: this.#methods,
      redactor,
      headers,
      trustsProxy,
    });
    const responseHeaders = CapturedFields.of(
      'http.server.captureResponseHeaders',
      HTTP_RESPONSE_HEADER_PREFIX,
      responseHeader,
      options.captureResponseHeaders,
    );
    this.#settings = {
      responseHeaders,
      diagnostics: tracer.diagnostics,
      names: new SpanNames(),
      durations: RequestDurations.of(tracer, this.#spanPlan),
    };
    this.#onRequest = StartHook.of('http.server.onRequest', options.onRequest);
    this.#traceIdHeader = TraceIdHeader.of(options.exposeTraceId, tracer.diagnostics);
  }

  /** Ignores the requests of a path, as the option `ignore` does; with and without a slash at the end. */
  ignorePath(path: string): void {
    this.#ignoreRules.addText(path);
    this.#ignoreRules.addText(`${path}/`);
    this.#hasIgnoreRules = true;
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
      // Requests of which nothing is recorded need no close listener.
      if (operation?.isObserved) this.#beginObserved(operation, request, response);
      return operation;
    } catch (error) {
      // Bridges and test doubles pass objects that only resemble Node's.
      this.#tracer.diagnostics.report('A request could not be traced', error);
      operation?.span.end();
      return undefined;
    }
  }

  #beginNew(request: IncomingMessage): HttpServerOperation | undefined {
    if (this.#hasIgnoreRules && this.#ignoreRules.has(pathOf(request), request)) return undefined;
    const name = request.method ?? '';
    const { nameInSpan } = this.#methods.byName.get(name) ?? this.#methods.of(name);
    const { context, links } = this.#contextReader.read(request.headers, request);
    const plan = this.#spanPlan;
    const span = this.#tracer.startPlannedSpan(nameInSpan, plan, request, context, links);
    const { durations } = this.#settings;
    const isObserved = durations !== undefined || span.isRecording();
    return new HttpServerOperation(
      this.#settings,
      span,
      context,
      nameInSpan,
      request.method,
      isObserved ? receivedTarget(request) : '',
      durations?.start(span),
    );
  }

  #beginObserved(
    operation: HttpServerOperation,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    finishOnClose(operation, request, response);
    if (operation.span.isRecording()) this.#onRequest?.call(operation.span, request);
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
  get(headers, name) {
    const value = headers[name];
    if (value !== undefined) return value;
    // Most headers are missing, and looking for one twice is slow.
    const lowerCase = name.toLowerCase();
    return lowerCase === name ? undefined : headers[lowerCase];
  },
  keys: (headers) => Object.keys(headers),
};

const INCOMING = { options: 'http.server', noun: 'request', getter: HEADER_GETTER };

/** Finishes an operation when its response closes: `finish` is not emitted if the client disconnects. */
function finishOnClose(
  operation: HttpServerOperation,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  // Bridges to serverless platforms use other objects as sockets, which need not close.
  const { socket } = request;
  const closes = socket instanceof NodeSocket;
  operation.expectResponse(response, closes, closes && !socket.pending);
  if (!reportsEvents(response)) {
    const finish = (): void => operation.finish(request, response);
    response.on('close', finish);
    if (!closes) response.on('finish', finish);
  }
  if (closes && response.socket === null) {
    // The response waits for others on its connection (pipelining), and does not close with it.
    const finish = (): void => operation.finish(request, response);
    finishWithConnection(response, socket, finish);
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

/** More than the routes of an application with a few methods each; one more name clears them all. */
const MAX_NAMES = 2048;

/**
 * The names of the spans of requests with a route. Each name is put together once, so that encoders find what they know
 * of it without reading its text.
 */
class SpanNames {
  readonly #byRoute = new Map<string, Map<string, string>>();
  #count = 0;

  /**
   * @param method of the request, as names contain it
   * @param template of the route, such as `/orders/:id`
   */
  of(method: string, template: string): string {
    let names = this.#byRoute.get(template);
    if (names === undefined) {
      names = new Map();
      this.#byRoute.set(template, names);
    }
    let name = names.get(method);
    if (name === undefined) {
      name = `${method} ${template}`;
      if (++this.#count > MAX_NAMES) this.#clear();
      else names.set(method, name);
    }
    return name;
  }

  #clear(): void {
    this.#byRoute.clear();
    this.#count = 0;
  }
}
