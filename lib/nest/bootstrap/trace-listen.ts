import type { EventEmitter } from 'node:events';
import { memberOf, wrapMethod } from '../../operation/index.js';
import { SERVER_PORT } from './attributes.js';
import type { BootstrapTrace } from './bootstrap-trace.js';
import { nameOf } from './lifecycle-hooks.js';

/** The used members of `http.Server`. */
interface Server extends EventEmitter {
  address?(): unknown;
}

/**
 * Records when an HTTP adapter or a server of messages begins to listen: the first call of its `listen`, until
 * Nest's callback is called, or the server emits `error`.
 *
 * @param serverOf returns the HTTP server of an adapter
 * @returns a function that restores `listen`
 */
export function traceListen(
  target: object,
  trace: BootstrapTrace,
  serverOf: () => Server | undefined = () => undefined,
): () => void {
  const restore = wrapMethod(target, 'listen', (listen, self, args) => {
    restore();
    const step = trace.beginStep(`${nameOf(target, 'server')}.listen`);
    if (step === undefined) return Reflect.apply(listen, self, args);
    const server = serverOf();
    const finish = (error?: unknown): void => {
      server?.off('error', finish);
      const address = error === undefined ? server?.address?.() : undefined;
      const port = (address as { port?: unknown } | null | undefined)?.port;
      step.end(error, typeof port === 'number' ? { [SERVER_PORT]: port } : undefined);
    };
    // Nest listens to `error` too: this listener does not make an error handled.
    if (server !== undefined && server.listenerCount('error') > 0) server.once('error', finish);
    const callback = args.at(-1);
    if (typeof callback !== 'function') return endWithCall(listen, self, args, finish);
    const given = [...args];
    given[given.length - 1] = function (this: unknown, ...values: unknown[]): unknown {
      finish(values[0] instanceof Error ? values[0] : undefined);
      return Reflect.apply(callback, this, values);
    };
    try {
      return Reflect.apply(listen, self, given);
    } catch (error) {
      finish(error);
      throw error;
    }
  });
  return restore;
}

/** Records each `connect` of a client of messages that a lifecycle hook waits for. */
export function traceConnect(client: object, trace: BootstrapTrace): () => void {
  return wrapMethod(client, 'connect', (connect, self, args) => {
    const step = trace.beginStep(`${nameOf(client, 'client')}.connect`, true);
    if (step === undefined) return Reflect.apply(connect, self, args);
    return endWithCall(connect, self, args, (error) => step.end(error));
  });
}

/** Whether `candidate` is a client of Nest for messages. The gRPC client connects with its first call. */
export function isMessageClient(candidate: unknown): candidate is object {
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    ['connect', 'send', 'emit', 'dispatchEvent'].every(
      (method) => typeof memberOf(candidate, method) === 'function',
    ) &&
    memberOf(candidate, 'createClientByServiceName') === undefined
  );
}

function endWithCall(
  method: (...args: unknown[]) => unknown,
  self: unknown,
  args: unknown[],
  finish: (error?: unknown) => void,
): unknown {
  let result: unknown;
  try {
    result = Reflect.apply(method, self, args);
  } catch (error) {
    finish(error);
    throw error;
  }
  if (!(result instanceof Promise)) {
    finish();
    return result;
  }
  // The derived promise, so that a rejection which nobody handles is still reported by Node.
  return result.then(
    (value) => {
      finish();
      return value;
    },
    (error: unknown) => {
      finish(error ?? new Error('The connection failed'));
      throw error;
    },
  );
}
