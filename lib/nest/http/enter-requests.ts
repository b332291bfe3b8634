import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpServerHandler } from '../../http/index.js';

/**
 * Hands every request of a server to `handler` before anything else sees it, by its `emit`: the server
 * of one application, not its class. This sees what a platform answers before its hooks run, such as
 * malformed URLs, but not requests that reach the platform past the server.
 *
 * @returns what undoes it
 */
export function enterRequests(server: EventEmitter, handler: HttpServerHandler): () => void {
  const hadOwnEmit = Object.hasOwn(server, 'emit');
  const originalEmit = server.emit;
  let isActive = true;
  const emit: EventEmitter['emit'] = function (this: EventEmitter, ...values): boolean {
    const proceed = (): boolean => Reflect.apply(originalEmit, this, values);
    if (values[0] !== 'request' || !isActive) return proceed();
    return handler.run(values[1] as IncomingMessage, values[2] as ServerResponse, proceed);
  };
  server.emit = emit;
  return () => {
    isActive = false;
    // Whoever has wrapped it since keeps calling ours, which then only passes on.
    if (server.emit !== emit) return;
    if (hadOwnEmit) server.emit = originalEmit;
    else delete (server as { emit?: unknown }).emit;
  };
}
