import type { IncomingMessage, ServerResponse } from 'node:http';
import { SpanStatusCode } from '@opentelemetry/api';
import type { CapturedFields } from '../../carriers/index.js';
import {
  contextStorage,
  type EntryOperation,
  errorTypeOf,
  type LocalSpan,
  TracingContext,
} from '../../context/index.js';
import type { Diagnostics } from '../../diagnostics.js';
import { httpStatusOf } from '../../operation/index.js';
import {
  CODE_FUNCTION_NAME,
  ERROR_TYPE,
  HTTP_RESPONSE_STATUS_CODE,
  HTTP_ROUTE,
} from '../attributes.js';
import { expressMountedRouteOf, expressRouteOf } from './express-route.js';
import type { MatchedRoute } from './matched-route.js';
import type { RequestDurations } from './request-durations.js';

/** The settings that all operations of a handler share. */
export interface HttpServerOperationSettings {
  readonly responseHeaders: CapturedFields<ServerResponse> | undefined;
  readonly diagnostics: Diagnostics;
  /** Takes the durations of requests; undefined in an application without metrics. */
  readonly durations: RequestDurations | undefined;
  /** The names of spans, by the method in them and the template of the route. */
  readonly names: { of(method: string, template: string): string };
}

const NO_EXCEPTIONS: readonly unknown[] = [];

const PLATFORM_RESPONSE = Symbol('nestjs-traced platform response');

interface WithPlatformResponse {
  [PLATFORM_RESPONSE]?: unknown;
}

/** A GraphQL request can fail in many places; the first exceptions are enough. */
const MAX_EXCEPTIONS = 8;

/**
 * The operation of an HTTP request: its span, its context and its route. `HttpServerHandler` begins it;
 * it finishes when the response closes.
 *
 * Contexts refer to their operation and can live longer than the request, for example in a timer. An
 * operation therefore does not refer to the request, and to the response only until it closes.
 */
export class HttpServerOperation implements EntryOperation {
  /** The context in which the request is handled. */
  context: TracingContext;
  /** The name of the handler if an interceptor sets it; the name from the route otherwise. */
  functionName: string | undefined = undefined;

  // TypeScript's `private`, not `#`: on Node 20, each `#` member makes the constructor slower.
  private route: MatchedRoute | undefined = undefined;
  private mountPath = '';
  private exceptions: unknown[] | undefined = undefined;
  /** The number of exceptions before the first one that came too late for a status of its own. */
  private earlyCount = MAX_EXCEPTIONS;
  private response: ServerResponse | undefined = undefined;
  /** In place of {@link response} where the response may have no end. */
  private endlessResponse: WeakRef<ServerResponse> | undefined = undefined;
  private endsWithFinish = false;
  private hasUnknownRoute = false;
  private work: string | undefined = undefined;
  private hasFinishEvent = false;
  private isFinished = false;

  /**
   * @param extracted the context that the request brings
   * @param nameInSpan the method of the request, as the span's name contains it
   * @param method as received
   * @param target as received, such as `/orders/42?page=2`; empty if nothing is recorded of the request
   * @param startMillis see `RequestDurations.start`
   */
  constructor(
    private readonly settings: HttpServerOperationSettings,
    readonly span: LocalSpan,
    extracted: TracingContext,
    private readonly nameInSpan: string,
    private readonly method: string | undefined,
    private target: string,
    private readonly startMillis: number | undefined,
  ) {
    this.context = extracted.withEntry(span, this);
  }

  /**
   * The request has entered a route. The last route counts.
   *
   * @param mountPath the part of the path before the route, if the platform has removed it
   */
  enterRoute(route: MatchedRoute, mountPath = ''): void {
    this.route = route;
    this.mountPath = mountPath;
  }

  /** The route has passed the request on without a response. */
  leaveRoute(): void {
    this.route = undefined;
  }

  /** Keeps the baggage of the active context for code that is called after this context is lost. */
  keepBaggage(): void {
    const { entry, baggage } = contextStorage.active();
    if (entry !== this || baggage === this.context.baggage) return;
    this.context = this.context.withBaggage(baggage);
  }

  /** Sets the platform's own response object, which can have headers that Node's response lacks. */
  setPlatformResponse(response: ServerResponse, platformResponse: unknown): void {
    if (this.settings.responseHeaders === undefined) return;
    (response as WithPlatformResponse)[PLATFORM_RESPONSE] = platformResponse;
  }

  /**
   * The request is observed: refers to the response until {@link finish}.
   *
   * @param closes false if the response need not close: its event `finish` is its end then
   * @param isConnected whether the request came over a connection, whose end is that of the response at the latest
   */
  expectResponse(response: ServerResponse, closes: boolean, isConnected: boolean): void {
    // A context that a timer or a cache keeps must not keep a response without an end. A weak reference takes longer to
    // make than all else that is done here.
    if (isConnected) this.response = response;
    else this.endlessResponse = new WeakRef(response);
    this.endsWithFinish = !closes;
  }

  /** Whether anything is recorded of the request: a span, or a metric of a request that is not sampled. */
  get isObserved(): boolean {
    return this.span.isRecording() || (this.settings.durations !== undefined && !this.isFinished);
  }

  get entrySpan(): LocalSpan {
    return this.span;
  }

  exceptionCaught(exception: unknown): void {
    if (!this.isObserved) return;
    if (isUnknownRoute(exception, `${this.method} ${this.target}`)) {
      this.hasUnknownRoute = true;
      return;
    }
    this.exceptions ??= [];
    const { exceptions } = this;
    if (exceptions.length === MAX_EXCEPTIONS || exceptions.includes(exception)) return;
    if (this.hasSentHeaders && exceptions.length < this.earlyCount) {
      this.earlyCount = exceptions.length;
    }
    exceptions.push(exception);
  }

  describeWork(description: string): void {
    this.work = description;
  }

  private get hasSentHeaders(): boolean {
    const response = this.response ?? this.endlessResponse?.deref();
    return response?.headersSent === true;
  }

  /** The response emits `finish`: it is complete, also if it never closes. Called by its `emit`. */
  responseFinished(request: IncomingMessage, response: ServerResponse): void {
    this.hasFinishEvent = true;
    if (this.endsWithFinish) this.finish(request, response);
  }

  /**
   * The response has closed: records the result and ends the span. Only the first call has an effect. It
   * does not throw.
   */
  finish(request: IncomingMessage, response: ServerResponse): void {
    if (this.isObserved) this.finishObserved(request, response);
    // Contexts that live longer keep this object.
    this.exceptions = undefined;
    this.response = undefined;
    this.endlessResponse = undefined;
    this.target = '';
  }

  private finishObserved(request: IncomingMessage, response: ServerResponse): void {
    const { span, settings } = this;
    const statusCode = response.headersSent ? response.statusCode : undefined;
    let template: string | undefined;
    let errorType: string | undefined;
    try {
      if (!this.hasUnknownRoute) template = this.templateOf(request, statusCode);
      if (span.isRecording()) this.recordResult(template, statusCode);
      errorType = this.setOutcome(response, statusCode);
      if (span.isRecording()) settings.responseHeaders?.setOn(span, response);
    } catch (error) {
      settings.diagnostics.report('The span of a request could not be completed', error);
    }
    this.isFinished = true;
    if (span.isRecording()) span.end();
    const { durations } = settings;
    if (durations === undefined) return;
    const { nameInSpan: method, startMillis } = this;
    durations.record(request, method, template, statusCode, errorType, startMillis, span);
  }

  private recordResult(template: string | undefined, statusCode: number | undefined): void {
    const { span } = this;
    if (!this.hasUnknownRoute) {
      const functionName = this.functionName ?? this.route?.functionName;
      if (functionName !== undefined) span.setAttribute(CODE_FUNCTION_NAME, functionName);
      if (template !== undefined) span.setAttribute(HTTP_ROUTE, template);
      this.setName(template);
    }
    if (statusCode !== undefined) span.setAttribute(HTTP_RESPONSE_STATUS_CODE, statusCode);
  }

  private templateOf(request: IncomingMessage, statusCode = 0): string | undefined {
    const { route } = this;
    const hasFailed = this.exceptions !== undefined || statusCode >= 400;
    if (route === undefined) return expressRouteOf(request, hasFailed);
    if (this.mountPath === '') return route.template;
    return expressMountedRouteOf(request, this.mountPath, route.template);
  }

  private setName(template: string | undefined): void {
    const { span, nameInSpan, work } = this;
    if (template === undefined && work === undefined) return;
    // Not if the application has changed the name.
    if (span.name !== nameInSpan) return;
    const name = template === undefined ? nameInSpan : this.settings.names.of(nameInSpan, template);
    span.updateName(work === undefined ? name : `${name} ${work}`);
  }

  /**
   * Spec: `docs/http/http-spans.md`, "Status": a status code from 500 is an error of the server, one from
   * 400 to 499 is not. An exception after the headers cannot change the status code any more: it counts as if
   * it had.
   *
   * @returns `error.type`
   */
  private setOutcome(response: ServerResponse, statusCode: number | undefined): string | undefined {
    const { span } = this;
    const exceptions = this.exceptions ?? NO_EXCEPTIONS;
    const isServerError = statusCode !== undefined && statusCode >= 500;
    let hasFailedLate = false;
    let errorType: string | undefined;
    for (let index = 0; index < exceptions.length; index++) {
      const exception = exceptions[index];
      const isLateFailure = index >= this.earlyCount && httpStatusOf(exception) >= 500;
      hasFailedLate ||= isLateFailure;
      if (isServerError || isLateFailure) {
        span.recordError(exception);
        errorType = errorTypeOf(exception);
      } else span.recordExceptionOnce(exception);
    }
    if (isServerError && exceptions.length === 0) {
      errorType = String(statusCode);
      span.setAttribute(ERROR_TYPE, errorType);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    if (this.isComplete(response)) return errorType;
    const { errored } = response;
    // The server itself has destroyed the response, for example because a stream failed.
    if (errored && !isConnectionReset(errored)) {
      span.recordError(errored);
      return errorTypeOf(errored);
    }
    // Platforms destroy the response if the stream that answers has failed.
    if (!hasFailedLate) span.addEvent('request aborted');
    return errorType;
  }

  private isComplete(response: ServerResponse & { stream?: { rstCode?: unknown } }): boolean {
    const resetCode = response.stream?.rstCode;
    // HTTP/2 emits `finish` for aborted responses too.
    if (typeof resetCode === 'number') return response.writableEnded && resetCode === 0;
    // Bridges emit `finish`, but can leave `writableFinished` false.
    return this.hasFinishEvent || response.writableFinished;
  }
}

/** Reads a header of the response, from the platform's object if Node's response lacks it. */
export function responseHeader(response: ServerResponse, name: string): unknown {
  const value: unknown = response.getHeader(name);
  const platformResponse = (response as WithPlatformResponse)[PLATFORM_RESPONSE];
  const { getHeader } = (platformResponse ?? {}) as { getHeader?: unknown };
  if (value !== undefined || typeof getHeader !== 'function') return value;
  return getHeader.call(platformResponse, name);
}

/**
 * True for the exception that Nest throws for an unknown route. The status code already says everything
 * that it says.
 */
function isUnknownRoute(exception: unknown, requestLine: string): boolean {
  try {
    const { getStatus, message } = exception as { getStatus?: unknown; message?: unknown };
    if (typeof getStatus !== 'function' || getStatus.call(exception) !== 404) return false;
    return message === `Cannot ${requestLine}`;
  } catch {
    // Anything can be thrown: `null` has no members, and getters can throw.
    return false;
  }
}

/** Since Node 24, a response has this error if the client has disconnected. */
function isConnectionReset(error: Error & { code?: unknown }): boolean {
  return error.code === 'ECONNRESET';
}
