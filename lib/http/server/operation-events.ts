import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { contextStorage, TracingContext } from '../../context/index.js';
import type { HttpServerOperation } from './http-server-operation.js';

/** What a request and its response know of their operation; {@link IGNORED} if there is none. */
const SCOPE = Symbol('nestjs-traced operation');
const REQUEST = Symbol('nestjs-traced request');

interface Bound {
  [SCOPE]?: HttpServerOperation | typeof IGNORED;
  /** Of a response: its request. */
  [REQUEST]?: IncomingMessage;
}

type BoundEmitter = EventEmitter & Bound;

const IGNORED = { context: TracingContext.SUPPRESSED };

/** Returns the operation of a response: one for each response, for any number of hooks. */
export function operationOf(response: object): HttpServerOperation | undefined {
  const scope = (response as Bound)[SCOPE];
  return scope === IGNORED ? undefined : (scope as HttpServerOperation | undefined);
}

/** True if the response has an operation, or belongs to an ignored request. */
export function hasScope(response: object): boolean {
  return (response as Bound)[SCOPE] !== undefined;
}

/**
 * Binds a request and its response to an operation, or to an empty context without tracing if there is none: their
 * listeners run in this context. Events of the response reach the operation before its listeners.
 */
export function bindToOperation(
  request: IncomingMessage,
  response: ServerResponse,
  operation: HttpServerOperation | undefined,
): void {
  const scope = operation ?? IGNORED;
  (request as Bound)[SCOPE] = scope;
  (response as Bound)[SCOPE] = scope;
  (response as Bound)[REQUEST] = request;
  // Replacing `emit` is cheaper than wrapping each listener, and the listeners stay the functions that were added.
  if (canReplaceEmit(request)) request.emit = emitOfRequest;
  if (canReplaceEmit(response)) response.emit = emitOfResponse;
}

/** True if the events of the response reach its operation. */
export function reportsEvents(response: ServerResponse): boolean {
  return response.emit === emitOfResponse;
}

/**
 * Returns the context of a request or response if it must be entered: something can have lost it, such as a callback
 * of a connection pool.
 *
 * @returns undefined if the active context belongs to the request, or if the request is not known
 */
export function contextToEnter(requestOrResponse: object | undefined): TracingContext | undefined {
  const scope = (requestOrResponse as Bound | undefined)?.[SCOPE];
  if (scope === undefined) return undefined;
  const active = contextStorage.active();
  if (active.entry === scope || (active.suppressed && scope === IGNORED)) return undefined;
  return scope.context;
}

/** Test doubles can have no `emit`, and other tools can have replaced it. */
function canReplaceEmit(emitter: EventEmitter): boolean {
  return typeof emitter.emit === 'function' && !Object.hasOwn(emitter, 'emit');
}

/**
 * The events whose listeners run in the context of the request: those that Node emits from callbacks of the
 * connection. `finish` is not one of them: Node's own listener starts the next response of the connection there.
 */
const EVENTS_IN_CONTEXT: ReadonlySet<string | symbol> = new Set([
  'aborted',
  'close',
  'data',
  'drain',
  'end',
  'error',
  'readable',
]);

function emitOfRequest(this: BoundEmitter, ...values: unknown[]): boolean {
  return emitInContext(this, values);
}

function emitOfResponse(this: ServerResponse & Bound, ...values: unknown[]): boolean {
  const operation = operationOf(this);
  if (operation !== undefined) {
    const [event] = values;
    if (event === 'close') operation.finish(this[REQUEST] as IncomingMessage, this);
    else if (event === 'finish') {
      operation.responseFinished(this[REQUEST] as IncomingMessage, this);
    }
  }
  return emitInContext(this, values);
}

function emitInContext(emitter: BoundEmitter, values: unknown[]): boolean {
  const event = values[0] as string | symbol;
  // Express changes the prototypes of requests and responses.
  const { emit } = Object.getPrototypeOf(emitter) as EventEmitter;
  if (EVENTS_IN_CONTEXT.has(event) && emitter.listenerCount(event) > 0) {
    const context = contextToEnter(emitter);
    if (context !== undefined) return contextStorage.call(context, emit, emitter, values);
  }
  return Reflect.apply(emit, emitter, values) as boolean;
}
