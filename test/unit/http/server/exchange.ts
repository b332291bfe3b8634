import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/** A request and its response without a server. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export function createExchange(
  parts: { method?: string; url?: string; headers?: Record<string, string>; socket?: Socket } = {},
): Exchange {
  const socket = parts.socket ?? new Socket();
  const request = new IncomingMessage(socket);
  request.method = parts.method ?? 'GET';
  request.url = parts.url ?? '/orders/42';
  request.headers = parts.headers ?? {};
  request.httpVersion = '1.1';
  const response = new ServerResponse(request);
  response.assignSocket(socket);
  return { request, response };
}

/** Closes a response as if it had been sent completely. */
export function answer({ response }: Exchange, statusCode: number): void {
  response.writeHead(statusCode);
  Object.defineProperty(response, 'writableFinished', { value: true });
  response.emit('close');
}
