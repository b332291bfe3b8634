import { Socket } from 'node:net';
import type { Diagnostics } from '../../diagnostics.js';
import type { HttpServerOperation } from './http-server-operation.js';

/**
 * Finishes an operation when its response has closed: `finish` alone is never emitted when a client
 * goes away.
 */
export function finishOnClose(operation: HttpServerOperation, diagnostics: Diagnostics): void {
  const { request, response } = operation;
  const finish = (): void => tryFinish(operation, diagnostics);
  response.on('close', finish);
  if (!(request.socket instanceof Socket)) {
    // What a bridge to a serverless platform puts in a socket's place may never close.
    response.on('finish', finish);
  } else if (response.socket === null) {
    // Waits behind others on its connection (pipelining) and gets no `close` if that goes away.
    finishWithConnection(operation, request.socket, finish);
  }
}

function tryFinish(operation: HttpServerOperation, diagnostics: Diagnostics): void {
  try {
    operation.finish();
  } catch (error) {
    diagnostics.report('The span of a request could not be completed', error);
    operation.span.end();
  }
}

/**
 * What waits on each connection: one listener for all, because a client may pipeline any number of
 * requests and Node warns of more than ten listeners.
 */
const waitingOnConnection = new WeakMap<Socket, Set<() => void>>();

function finishWithConnection(
  { response }: HttpServerOperation,
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
