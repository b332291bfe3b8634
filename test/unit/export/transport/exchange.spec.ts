import http from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  beginExchange,
  type Exchange,
  ExchangeError,
} from '../../../../lib/export/transport/exchange.js';
import { type Answer, accept, Collector } from '../../../integration/export/collector.js';
import {
  findRefusingUrl,
  type RawAnswer,
  RawServer,
} from '../../../integration/export/raw-server.js';
import { until } from '../../../support/until.js';

const BODY = Buffer.from('a body');
const agents: http.Agent[] = [];
const servers: { stop(): Promise<void> }[] = [];

function begin(url: string, agent = new http.Agent(), body: Buffer = BODY): Exchange {
  agents.push(agent);
  return beginExchange({
    url: new URL(url),
    headers: { 'content-length': String(body.length), 'api-key': 'k' },
    body,
    agent,
    maxResponseBytes: 1000,
  });
}

async function startCollector(answer: Answer): Promise<Collector> {
  const collector = await Collector.start(answer);
  servers.push(collector);
  return collector;
}

async function startRaw(
  answer: RawAnswer,
  onConnect?: (socket: Socket) => void,
): Promise<RawServer> {
  const server = await RawServer.start(answer, onConnect);
  servers.push(server);
  return server;
}

async function failureOf({ response }: Exchange): Promise<ExchangeError> {
  const error = await response.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ExchangeError)) throw new Error(`No ExchangeError: ${String(error)}`);
  return error;
}

afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy();
  for (const server of servers.splice(0)) await server.stop();
});

describe('beginExchange', () => {
  it('posts a body with its headers, and reads status, headers and body of the answer', async () => {
    const collector = await startCollector((_request, response) => {
      response.writeHead(418, 'Teapot', { 'x-a': 'b' }).end('short and stout');
    });
    const response = await begin(`${collector.url}?q=1`).response;
    expect(response).toMatchObject({
      status: 418,
      statusText: 'Teapot',
      headers: { 'x-a': 'b' },
      body: Buffer.from('short and stout'),
    });
    expect(collector.requests).toMatchObject([
      { method: 'POST', path: '/v1/traces?q=1', headers: { 'api-key': 'k' }, body: BODY },
    ]);
  });

  it('sends the credentials of the URL', async () => {
    const collector = await startCollector(accept);
    await begin(collector.url.replace('http://', 'http://user:pass@')).response;
    expect(collector.requests[0]?.headers.authorization).toBe('Basic dXNlcjpwYXNz');
  });

  it('can be sent again when nobody listens', async () => {
    const error = await failureOf(begin(await findRefusingUrl()));
    expect(error).toMatchObject({ isRetryable: true, isStaleConnection: false });
    expect(error.message).toMatch(/^connect ECONNREFUSED 127\.0\.0\.1:\d+$/);
  });

  it('names all addresses when a name has several where nobody listens', async () => {
    const { port } = new URL(await findRefusingUrl());
    const error = await failureOf(begin(`http://localhost:${port}/`));
    expect(error.message).toMatch(/^connect ECONNREFUSED \S+/);
    expect(error.isRetryable).toBe(true);
  });

  it('can be sent again when the connection is closed without an answer', async () => {
    const server = await startRaw((socket) => socket.destroy());
    expect(await failureOf(begin(server.url))).toMatchObject({
      message: 'socket hang up',
      isRetryable: true,
      isStaleConnection: false,
    });
  });

  it('can be sent again when the connection is reset', async () => {
    const server = await startRaw((socket) => socket.resetAndDestroy());
    expect(await failureOf(begin(server.url))).toMatchObject({ isRetryable: true });
  });

  it('tells a connection that was closed while it lay idle', async () => {
    const server = await startRaw((socket, index) => {
      if (index === 0) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      else socket.destroy();
    });
    const agent = new http.Agent({ keepAlive: true });
    await begin(server.url, agent).response;
    await until(
      () => Object.keys(agent.freeSockets).length === 1,
      () => agent.sockets,
    );
    expect(await failureOf(begin(server.url, agent))).toMatchObject({
      isRetryable: true,
      isStaleConnection: true,
    });
  });

  it.each([
    ['in its body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'],
    ['in a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\na\r\nhalf'],
  ])('is over for good when the answer breaks off %s', async (_, text) => {
    const server = await startRaw((socket) => socket.write(text, () => socket.destroy()));
    expect(await failureOf(begin(server.url))).toMatchObject({
      message: 'the answer broke off: aborted',
      isRetryable: false,
    });
  });

  it('is over for good when the answer is too long', async () => {
    const collector = await startCollector((_request, response) => response.end('x'.repeat(1001)));
    expect(await failureOf(begin(collector.url))).toMatchObject({
      message: 'the answer is longer than 1000 bytes',
      isRetryable: false,
    });
  });

  it('takes an answer of just the length that is allowed', async () => {
    const collector = await startCollector((_request, response) => response.end('x'.repeat(1000)));
    expect((await begin(collector.url).response).body).toHaveLength(1000);
  });

  it('is over for good when the server speaks something else, and says what to look at', async () => {
    const server = await startRaw(
      () => {},
      (socket) => socket.write(Buffer.from('000006040000000000000500004000', 'hex')),
    );
    const error = await failureOf(begin(server.url));
    expect(error.isRetryable).toBe(false);
    expect(error.message).toMatch(
      /the server speaks no HTTP\/1\.1 here; is this its port for gRPC\?$/,
    );
  });

  it('reads an answer that comes byte by byte', async () => {
    const server = await startRaw(async (socket) => {
      for (const byte of 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok') {
        await new Promise((resolve) => socket.write(byte, resolve));
      }
    });
    expect((await begin(server.url).response).body.toString()).toBe('ok');
  });

  it('takes an answer that comes before the body was read, and leaves the connection', async () => {
    const server = await startRaw(
      () => {},
      (socket) => {
        socket.pause();
        socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n');
      },
    );
    const agent = new http.Agent({ keepAlive: true });
    const { status } = await begin(server.url, agent, Buffer.alloc(50_000_000)).response;
    expect(status).toBe(413);
    await until(
      () => Object.keys(agent.sockets).length + Object.keys(agent.freeSockets).length === 0,
      () => [agent.sockets, agent.freeSockets],
    );
  });

  it('ends when it is aborted, and closes its connection', async () => {
    let connection: Socket | undefined;
    const server = await startRaw((socket) => {
      connection = socket;
    });
    const exchange = begin(server.url);
    await until(
      () => connection !== undefined,
      () => server.requestCount,
    );
    exchange.abort('enough');
    exchange.abort('again');
    expect(await failureOf(exchange)).toMatchObject({ message: 'enough', isRetryable: false });
    await until(
      () => connection?.destroyed === true,
      () => 'the connection is open',
    );
  });

  it('ends when it is aborted in the middle of the answer', async () => {
    const server = await startRaw((socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'),
    );
    const exchange = begin(server.url);
    await until(
      () => server.requestCount === 1,
      () => server.requestCount,
    );
    exchange.abort('enough');
    expect((await failureOf(exchange)).message).toBe('enough');
  });
});
