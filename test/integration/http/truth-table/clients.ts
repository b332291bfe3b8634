import { once } from 'node:events';
import { request as requestHttp } from 'node:http';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect as connectHttp2,
} from 'node:http2';
import { connect, type Socket } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { signals } from './things.controller.js';

/** The response to a request, as its client sees it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Sends requests to an application, and returns the responses that arrive. */
export type Client = (port: number, application: INestApplication) => Promise<readonly Answer[]>;

/**
 * A client that sends one request:
 * `METHOD /path [Header: value]… [body]`
 */
export function sending(text: string): Client {
  const { method, path, headers, body } = parseRequest(text);
  return (port) =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, method, path, headers, agent: false };
      const request = requestHttp(options, (response) => {
        const { statusCode = 0, headers } = response;
        // The server can break a response off.
        response.on('error', () => {});
        response.on('close', () => resolve([{ status: statusCode, headers }])).resume();
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The server closes a connection that it does not answer.
        if (error.code === 'ECONNRESET') resolve([]);
        else reject(error);
      });
      request.end(body);
    });
}

interface ParsedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

export function parseRequest(text: string): ParsedRequest {
  const [, method = '', path = '', rest = ''] = /^(\S+) (\S+) ?(.*)$/s.exec(text) ?? [];
  const headers: Record<string, string> = {};
  let body = rest;
  while (body.startsWith('[')) {
    const end = body.indexOf(']');
    const [name = '', value = ''] = body.slice(1, end).split(': ');
    headers[name.toLowerCase()] = value;
    body = body.slice(end + 1).trimStart();
  }
  if (body === '') return { method, path, headers, body: undefined };
  headers['content-type'] ??= 'application/json';
  headers['content-length'] ??= String(Buffer.byteLength(body));
  return { method, path, headers, body };
}

/** The request of a form with one file. */
export function uploading(path: string, byteCount: number): string {
  const lines = [
    '--limit',
    'Content-Disposition: form-data; name="file"; filename="a.txt"',
    'Content-Type: text/plain',
    '',
    'x'.repeat(byteCount),
    '--limit--',
    '',
  ];
  return `POST ${path} [Content-Type: multipart/form-data; boundary=limit] ${lines.join('\r\n')}`;
}

/** Sends a text in one write, and reads until the connection closes. */
export function writing(...lines: string[]): Client {
  return async (port) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(lines.join('\r\n'));
    let received = '';
    for await (const chunk of socket) received += String(chunk);
    return answersIn(received);
  };
}

function answersIn(received: string): Answer[] {
  return [...received.matchAll(/^HTTP\/1.1 (\d+).*?\r\n\r\n/gms)].map(([head, status]) => ({
    status: Number(status),
    headers: Object.fromEntries(
      [...head.matchAll(/^([\w-]+): (.*)\r$/gm)].map(([, name = '', value]) => [
        name.toLowerCase(),
        value,
      ]),
    ),
  }));
}

/** A client that disconnects: as soon as it has written, before the response, or during it. */
export function leaving(when: 'at once' | 'before' | 'during', text: string): Client {
  const { method, path, headers, body = '' } = parseRequest(text);
  const lines = Object.entries({ host: 'a', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return async (port) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    const until = untilTimeTo(when, socket);
    socket.write([`${method} ${path} HTTP/1.1`, ...lines, '', body].join('\r\n'));
    await until;
    socket.destroy();
    return [];
  };
}

function untilTimeTo(when: string, socket: Socket): Promise<unknown> | undefined {
  if (when === 'before') return once(signals, 'reached');
  return when === 'during' ? once(socket, 'data') : undefined;
}

/** An upgrade that the server accepts: the client then closes the connection. */
export function upgrading(path: string): Client {
  return async (port) => {
    const request = requestHttp({
      ...{ host: '127.0.0.1', port, path, agent: false },
      headers: { connection: 'Upgrade', upgrade: 'echo' },
    });
    request.end();
    const [response, socket] = await once(request, 'upgrade');
    socket.destroy();
    return [{ status: response.statusCode, headers: response.headers }];
  };
}

/** A request over HTTP/2, in a session that ends with it. */
export function sendingHttp2(
  method: string,
  path: string,
  act: (session: ClientHttp2Session, stream: ClientHttp2Stream) => unknown = () => {},
): Client {
  return async (port) => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    session.on('error', () => {});
    const stream = session.request({ ':method': method, ':path': path });
    stream.on('error', () => {});
    const answers: Answer[] = [];
    stream.on('response', (headers) => {
      answers.push({ status: Number(headers[':status']), headers });
    });
    const closed = new Promise((resolve) => stream.once('close', resolve));
    await act(session, stream);
    stream.resume();
    await closed;
    session.destroy();
    return answers;
  };
}

export const NO_ERROR = 0;
export const CANCEL = 8;

/** Waits for the handler of a stream, and then resets the stream. */
export async function resetBefore(_: unknown, stream: ClientHttp2Stream): Promise<void> {
  await once(signals, 'reached');
  stream.close(CANCEL);
}

export async function resetDuring(_: unknown, stream: ClientHttp2Stream): Promise<void> {
  await once(stream, 'data');
  stream.close(CANCEL);
}

/** Announces the end of the session (GOAWAY), which lets open streams finish. */
export async function goAwayGently(session: ClientHttp2Session): Promise<void> {
  await once(signals, 'reached');
  session.goaway(NO_ERROR);
}

/** Ends the session (GOAWAY) together with its open streams. */
export async function goAwayAtOnce(session: ClientHttp2Session): Promise<void> {
  await once(signals, 'reached');
  session.destroy();
}
