import type { ServerResponse } from 'node:http';
import type { HttpServerOperation } from './http-server-operation.js';

// A property and not a WeakMap, which costs ten times as much for each request.
const OPERATION = Symbol('nestjs-traced operation');

interface WithOperation {
  [OPERATION]?: HttpServerOperation;
}

/** The operation that a response belongs to: a request has one, however many hooks see it. */
export function operationOfResponse(response: ServerResponse): HttpServerOperation | undefined {
  return (response as WithOperation)[OPERATION];
}

export function setOperationOfResponse(
  response: ServerResponse,
  operation: HttpServerOperation,
): void {
  (response as WithOperation)[OPERATION] = operation;
}
