import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { SpanStatusCode } from '@opentelemetry/api';
import type { CapturedFields } from '../../carriers/index.js';
import type { EntryOperation, LocalSpan, TracingContext } from '../../context/index.js';
import type { Diagnostics } from '../../diagnostics.js';
import {
  CODE_FUNCTION_NAME,
  ERROR_TYPE,
  HTTP_RESPONSE_STATUS_CODE,
  HTTP_ROUTE,
} from '../attributes.js';
import { matchedRouteOf } from './matched-route.js';

/** What a handler's operations share. */
export interface HttpServerOperationSettings {
  readonly responseHeaders: CapturedFields<HttpServerOperation> | undefined;
  /** Names the function behind a route, such as `OrdersController.find`. */
  readonly functionNameOf: (handler: object) => string | undefined;
}

// A property and not a WeakMap, which costs ten times as much for each request.
const OPERATION = Symbol('nestjs-traced operation');

/** A GraphQL request may fail in many places; the first ones tell enough. */
const MAX_EXCEPTIONS = 8;

/**
 * A request that a server of ours is answering, and the span that stands for it. `HttpServerHandler`
 * begins it, and finishes it when the response has closed.
 */
export class HttpServerOperation implements EntryOperation {
  /** What is active while the request is handled. */
  readonly context: TracingContext;
  /** `Controller.handler`, if somebody knows it better than the route; see {@link finish}. */
  functionName: string | undefined = undefined;

  // TypeScript's `private`, not `#`: on Node 20 each `#` member makes construction dearer.
  private platformRequest: unknown;
  private platformResponse: unknown;
  private exceptions: unknown[] | undefined = undefined;
  private hasUnknownRoute = false;

  /**
   * @param extracted the context that the request brought
   * @param nameInSpan the request's method, as span names have it
   */
  constructor(
    private readonly settings: HttpServerOperationSettings,
    readonly span: LocalSpan,
    extracted: TracingContext,
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    private readonly nameInSpan: string,
  ) {
    this.context = extracted.withEntry(span, this);
    this.platformRequest = request;
    this.platformResponse = response;
    (response as WithOperation)[OPERATION] = this;
  }

  /** The operation that a response belongs to: a request has one, however many hooks see it. */
  static of(response: ServerResponse): HttpServerOperation | undefined {
    return (response as WithOperation)[OPERATION];
  }

  /** Takes over the platform's objects for request and response: they know the route and the headers. */
  seenBy(platformRequest: unknown, platformResponse: unknown): void {
    this.platformRequest = platformRequest;
    this.platformResponse = platformResponse;
  }

  /**
   * Finishes the operation when its response has closed: `finish` alone is never emitted when a client
   * goes away.
   */
  finishOnClose(diagnostics: Diagnostics): void {
    const { request, response } = this;
    const finish = (): void => this.tryFinish(diagnostics);
    response.on('close', finish);
    if (!(request.socket instanceof Socket)) {
      // What a bridge to a serverless platform puts in a socket's place may never close.
      response.on('finish', finish);
    } else if (response.socket === null) {
      // Waits behind others on its connection (pipelining) and gets no `close` if that goes away.
      finishWithConnection(response, request.socket, finish);
    }
  }

  exceptionCaught(exception: unknown): void {
    if (!this.span.isRecording()) return;
    if (isUnknownRoute(exception, this.request)) {
      this.hasUnknownRoute = true;
    } else if (this.exceptions === undefined) {
      this.exceptions = [exception];
    } else if (this.exceptions.length < MAX_EXCEPTIONS && !this.exceptions.includes(exception)) {
      this.exceptions.push(exception);
    }
  }

  /**
   * The response has closed: says how it went and ends the span. Only the first call counts.
   *
   * Spec: `docs/http/http-spans.md`, "Status": a status code from 500 on is an error of the server, one
   * from 400 to 499 is none.
   */
  finish(): void {
    const { span, response } = this;
    if (!span.isRecording()) return;
    if (!this.hasUnknownRoute) this.setRoute();
    const statusCode = response.headersSent ? response.statusCode : undefined;
    if (statusCode !== undefined) span.setAttribute(HTTP_RESPONSE_STATUS_CODE, statusCode);
    this.setOutcome(statusCode);
    this.settings.responseHeaders?.setOn(span, this);
    span.end();
  }

  /** A header of the response, wherever the platform keeps it; undefined where it is missing. */
  responseHeader(name: string): unknown {
    const { getHeader } = this.platformResponse as { getHeader?: unknown };
    const value: unknown = this.response.getHeader(name);
    if (value !== undefined || typeof getHeader !== 'function') return value;
    return getHeader.call(this.platformResponse, name);
  }

  private tryFinish(diagnostics: Diagnostics): void {
    try {
      this.finish();
    } catch (error) {
      diagnostics.report('The span of a request could not be completed', error);
      this.span.end();
    }
  }

  private setRoute(): void {
    const { span } = this;
    const route = matchedRouteOf(this.platformRequest);
    const handler = route?.handler;
    const functionName = this.functionName ?? (handler && this.settings.functionNameOf(handler));
    if (functionName !== undefined) span.setAttribute(CODE_FUNCTION_NAME, functionName);
    // What is no handler of the application and takes any path answers for unknown routes.
    if (route === undefined || (route.isCatchAll && functionName === undefined)) return;
    span.setAttribute(HTTP_ROUTE, route.template);
    // Not if the application has renamed its span.
    if (span.name === this.nameInSpan) {
      span.updateName(`${this.nameInSpan} ${route.template}`);
    }
  }

  private setOutcome(statusCode: number | undefined): void {
    const { span, response, exceptions = [] } = this;
    const isServerError = statusCode !== undefined && statusCode >= 500;
    for (const exception of exceptions) {
      if (isServerError) span.recordError(exception);
      else span.recordExceptionOnce(exception);
    }
    if (isServerError && exceptions.length === 0) {
      span.setAttribute(ERROR_TYPE, String(statusCode));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    if (response.writableFinished) return;
    const { errored } = response;
    // The server itself broke the response off, as for a stream that failed half-way.
    if (errored && !isConnectionReset(errored)) span.recordError(errored);
    else span.addEvent('request aborted');
  }
}

interface WithOperation {
  [OPERATION]?: HttpServerOperation;
}

/**
 * True for the exception with which Nest answers a request that no route took. It says nothing that
 * the status code does not say.
 */
function isUnknownRoute(exception: unknown, request: IncomingMessage): boolean {
  try {
    const { getStatus, message } = exception as { getStatus?: unknown; message?: unknown };
    if (typeof getStatus !== 'function' || getStatus.call(exception) !== 404) return false;
    const { method, url, originalUrl } = request as IncomingMessage & { originalUrl?: string };
    return message === `Cannot ${method} ${originalUrl ?? url}`;
  } catch {
    // Anything may be thrown: `null` has no members, and getters may throw.
    return false;
  }
}

/** From Node 24 on, this is how a response ends that the client did not wait for. */
function isConnectionReset(error: Error & { code?: unknown }): boolean {
  return error.code === 'ECONNRESET';
}

/**
 * What waits on each connection: one listener for all, because a client may pipeline any number of
 * requests and Node warns of more than ten listeners.
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
