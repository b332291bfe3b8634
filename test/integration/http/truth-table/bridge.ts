import { once } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Client, parseRequest } from './clients.js';

/**
 * Gives a request to the function of the platform, as bridges to serverless platforms do: there is no
 * server and no connection, and nothing closes.
 */
export function bridging(text: string): Client {
  return async (_port, application) => {
    const instance = application.getHttpAdapter().getInstance();
    const handle: (request: IncomingMessage, response: ServerResponse) => void =
      instance.routing ?? instance;
    const { method, path, headers, body } = parseRequest(text);
    const request = new IncomingMessage({
      ...{ encrypted: true, readable: false, remoteAddress: '192.0.2.1' },
      ...{ destroy() {}, end() {}, on() {}, once() {}, removeListener() {} },
    } as unknown as Socket);
    const received = { method, url: path, headers: { host: 'a', ...headers } };
    Object.assign(request, received, { httpVersion: '1.1', complete: true });
    request.push(body ?? null);
    if (body !== undefined) request.push(null);
    const response = new ServerResponse(request);
    response.assignSocket({
      ...{ writable: true, destroy() {}, end() {}, on() {}, once() {}, removeListener() {} },
      ...{ cork() {}, uncork() {}, write: acceptAll, _writableState: {} },
    } as unknown as Socket);
    const finished = once(response, 'finish');
    handle(request, response);
    await finished;
    return [{ status: response.statusCode, headers: response.getHeaders() }];
  };
}

function acceptAll(_chunk: unknown, ...others: unknown[]): boolean {
  const callback = others[others.length - 1];
  if (typeof callback === 'function') setImmediate(callback as () => void);
  return true;
}

/** Gives a request to `inject` of Fastify. */
export function injecting(text: string): Client {
  return async (_port, application) => {
    const { method, path, headers, body } = parseRequest(text);
    const response = await application
      .getHttpAdapter()
      .getInstance()
      .inject({ method, url: path, headers, payload: body });
    return [{ status: response.statusCode, headers: response.headers }];
  };
}
