import { type IncomingMessage, request as requestHttp } from 'node:http';
import { contextStorage } from '../../context/index.js';

/** A request to a server that decides about sampling. */
export interface JsonRequest {
  /** With the protocol `http:` or `https:`. */
  readonly url: URL;
  /** Sent as JSON by POST. @default none: GET */
  readonly body?: unknown;
  /** Time for the whole exchange, in milliseconds. */
  readonly timeoutMillis: number;
  /** Aborts the exchange. */
  readonly signal: AbortSignal;
}

/** Several times the length of the strategies of thousands of operations. */
const MAX_RESPONSE_BYTES = 1024 * 1024;
const OK = 200;

/**
 * Sends a request and parses the response as JSON. It is not traced, has a connection of its own, and does not keep
 * the process alive while it waits for the response. Redirects are not followed.
 *
 * @returns rejects with an error whose message names the trouble, and no part of the response
 */
export function requestJson(options: JsonRequest): Promise<unknown> {
  return contextStorage.runSuppressed(() => exchange(options));
}

function exchange({ url, body, timeoutMillis, signal }: JsonRequest): Promise<unknown> {
  if (signal.aborted) return Promise.reject(new Error('the request was aborted'));
  const request =
    url.protocol === 'https:' ? process.getBuiltinModule('node:https').request : requestHttp;
  const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const outgoing = request(url, {
    method: sent === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'application/json',
      ...(sent && { 'content-type': 'application/json', 'content-length': String(sent.length) }),
    },
    agent: false,
  });
  const answer = new Promise<unknown>((resolve, reject) => {
    const fail = (trouble: string): void => {
      reject(new Error(trouble));
      outgoing.destroy();
    };
    const abort = () => fail('the request was aborted');
    const timer = setTimeout(() => fail(`no response within ${timeoutMillis} ms`), timeoutMillis);
    timer.unref();
    signal.addEventListener('abort', abort);
    outgoing.on('socket', (socket) => socket.unref());
    outgoing.on('error', (error) => fail(messageOf(error)));
    outgoing.on('response', (response) => read(response, resolve, fail));
    outgoing.on('close', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      // Has no effect after an answer or a failure.
      fail('the connection was closed');
    });
  });
  outgoing.end(sent);
  return answer;
}

function read(
  response: IncomingMessage,
  succeed: (value: unknown) => void,
  fail: (trouble: string) => void,
): void {
  if (response.statusCode !== OK) {
    response.resume();
    fail(`the response has status ${response.statusCode}`);
    return;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= MAX_RESPONSE_BYTES) chunks.push(chunk);
    else fail(`the response is longer than ${MAX_RESPONSE_BYTES} bytes`);
  });
  response.on('error', () => fail('the connection was closed'));
  response.on('end', () => {
    try {
      succeed(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    } catch {
      // Without the message of JSON.parse, which quotes the response.
      fail('the response is not JSON');
    }
  });
}

/** With several addresses of a host, the error of Node has an empty message. */
function messageOf(error: Error & { readonly code?: string }): string {
  return error.message || error.code || error.name;
}
