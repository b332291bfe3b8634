import { finalize, isObservable, Observable, tap } from 'rxjs';
import { contextStorage } from '../../context/index.js';
import { hasMethods, wrapMethod } from '../../operation/index.js';
import type { WebSocketHandler, WebSocketOperation } from '../../websocket/index.js';

/** Nest's description of a method that handles messages. */
interface MessageHandler {
  readonly message: unknown;
  /** Takes the data, and further arguments that depend on the adapter. */
  readonly callback: AnyFunction;
}

type AnyFunction = (...values: unknown[]) => unknown;
type FunctionNameOf = (event: string, client: object) => string | undefined;

/**
 * Traces the messages that an adapter of Nest passes to gateways. It replaces methods of one adapter object:
 * `bindClientConnect`, which tells of connections, and `bindMessageHandlers`, which connects the methods of a
 * gateway to a client.
 *
 * @param handlerOf called for each message; returns undefined if it is not traced
 * @param functionNameOf returns the name of the method that handles an event
 * @returns a function that restores the methods; undefined if `adapter` is not an adapter of Nest
 */
export function hookAdapter(
  adapter: unknown,
  handlerOf: () => WebSocketHandler | undefined,
  functionNameOf: FunctionNameOf,
): (() => void) | undefined {
  if (!isAdapter(adapter)) return undefined;
  const restores = [
    wrapMethod(adapter, 'bindClientConnect', (bind, self, [server, connect, ...others]) => {
      const observed = typeof connect === 'function' ? observing(connect, handlerOf) : connect;
      return Reflect.apply(bind, self, [server, observed, ...others]);
    }),
    wrapMethod(adapter, 'bindMessageHandlers', (bind, self, args) => {
      const [client, handlers, transform, ...others] = args;
      if (!isObject(client) || !Array.isArray(handlers) || typeof transform !== 'function') {
        return Reflect.apply(bind, self, args);
      }
      const operations = new WeakMap<object, WebSocketOperation>();
      const traced = handlers.map((handler: MessageHandler) =>
        tracing(handler, client, handlerOf, functionNameOf, operations),
      );
      const answers = answering(transform as AnyFunction, operations);
      return Reflect.apply(bind, self, [client, traced, answers, ...others]);
    }),
  ];
  return () => {
    for (const restore of restores) restore();
  };
}

function isAdapter(adapter: unknown): adapter is object {
  return isObject(adapter) && hasMethods(adapter, ['bindClientConnect', 'bindMessageHandlers']);
}

/** `ws` passes the request of the handshake as the second value. */
function observing(connect: unknown, handlerOf: () => WebSocketHandler | undefined): AnyFunction {
  return function (this: unknown, ...values) {
    const [client, request] = values;
    if (isObject(client)) handlerOf()?.connected(client, request);
    return Reflect.apply(connect as AnyFunction, this, values);
  };
}

function tracing(
  handler: MessageHandler,
  client: object,
  handlerOf: () => WebSocketHandler | undefined,
  functionNameOf: FunctionNameOf,
  operations: WeakMap<object, WebSocketOperation>,
): MessageHandler {
  const { message, callback } = handler;
  if (typeof callback !== 'function') return handler;
  const event = String(message);
  const functionName = functionNameOf(event, client);
  return {
    ...handler,
    callback(this: unknown, ...values) {
      const tracer = handlerOf();
      if (tracer === undefined) return Reflect.apply(callback, this, values);
      const operation = tracer.begin(client, event, functionName, values[0]);
      const context = tracer.contextOf(operation);
      let result: unknown;
      try {
        result = contextStorage.call(context, callback, this, values);
      } catch (error) {
        operation?.fail(error);
        throw error;
      }
      return operation === undefined ? result : following(result, operation, operations);
    },
  };
}

/** Nest's handlers return promises. */
function following(
  result: unknown,
  operation: WebSocketOperation,
  operations: WeakMap<object, WebSocketOperation>,
): unknown {
  if (!(result instanceof Promise)) {
    operation.finish();
    return result;
  }
  const followed = result.then(
    (value: unknown) => {
      if (!operation.waitsForAnswers) operation.finish();
      return value;
    },
    (error: unknown) => {
      operation.fail(error);
      throw error;
    },
  );
  operations.set(followed, operation);
  return followed;
}

/**
 * Wraps the function with which adapters turn the result of a handler into the Observable of its answers. The
 * answers are produced in the context of the message. Its operation ends when the Observable is over, or when
 * the adapter unsubscribes because the client has disconnected.
 */
function answering(
  transform: AnyFunction,
  operations: WeakMap<object, WebSocketOperation>,
): AnyFunction {
  return (...values) => {
    const [result] = values;
    const operation = isObject(result) ? operations.get(result) : undefined;
    const answers = transform(...values);
    if (operation === undefined || !isObservable(answers)) return answers;
    operation.waitsForAnswers = true;
    const watched = answers.pipe(
      tap({
        error: (error: unknown) => operation.fail(error),
        complete: () => operation.finish(),
      }),
      finalize(() => operation.breakOff('unsubscribed')),
    );
    return new Observable((subscriber) =>
      contextStorage.run(operation.context, () => watched.subscribe(subscriber)),
    );
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
