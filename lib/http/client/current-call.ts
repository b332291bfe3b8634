import { type Context, createContextKey } from '@opentelemetry/api';
import type { LocalTracer, TracingContext } from '../../context/index.js';
import type { HttpClientOperation } from './http-client-operation.js';
import type { HttpClientSettings } from './http-client-settings.js';
import type { ContextReceivers } from './inject-context.js';
import { sentUrl } from './outgoing-request.js';

const CALL_KEY = createContextKey('nestjs-traced http.client call');

/**
 * A call of `tracedFetch` or `traceHttpCall`, which has started a span and injected its context before a
 * client sends the request. It travels in the context, so that the watcher of the client does not do so
 * again.
 */
export class HttpClientCall {
  /** What a watcher reports to, if it sees the request; undefined if the call reports itself. */
  #operation: HttpClientOperation | undefined;
  #isTaken = false;

  constructor(
    readonly tracer: LocalTracer,
    readonly settings: HttpClientSettings,
    readonly receivers: ContextReceivers,
    /** The context of the caller, in which the spans of further attempts start. */
    readonly outerContext: TracingContext,
    private readonly method: string,
    private readonly url: URL,
  ) {}

  /** Lets a watcher report to `operation` what happens to the request. */
  offer(operation: HttpClientOperation): void {
    this.#operation = operation;
  }

  /** Whether a request is the one of the call. True once: further attempts are requests of their own. */
  take(method: string, url: URL): boolean {
    if (this.#isTaken || method.toUpperCase() !== this.method.toUpperCase()) return false;
    this.#isTaken = sentUrl(url) === sentUrl(this.url);
    return this.#isTaken;
  }

  /** Whether a watcher has seen the request. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /** The operation, which the call no longer holds: contexts that outlive it must not do so either. */
  release(): HttpClientOperation | undefined {
    const operation = this.#operation;
    this.#operation = undefined;
    return operation;
  }
}

/** The context in which the client of a call sends its requests. */
export function withCall(context: TracingContext, call: HttpClientCall): TracingContext {
  return context.setValue(CALL_KEY, call);
}

/** Returns the call that sends the requests of a context. */
export function callIn(context: Context): HttpClientCall | undefined {
  return context.getValue(CALL_KEY) as HttpClientCall | undefined;
}
