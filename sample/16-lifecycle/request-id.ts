import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A functional middleware: its span has the name of the function. */
export function requestId(
  _request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
): void {
  response.setHeader('x-request-id', randomUUID());
  next();
}
