import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  brokenOff,
  ExchangeError,
  toExchangeError,
} from '../../../../lib/export/transport/exchange-error.js';
import { HttpSender } from '../../../../lib/export/transport/http-sender.js';
import { createRetryPolicy } from '../../../../lib/export/transport/retry-policy.js';
import { type Answer, accept, Collector } from '../../../integration/export/collector.js';
import {
  findRefusingUrl,
  type RawAnswer,
  RawServer,
} from '../../../integration/export/raw-server.js';
import { until } from '../../../support/until.js';

const BODY = Buffer.from('a body');
const senders: HttpSender[] = [];
const servers: { stop(): Promise<void> }[] = [];

/** Posts a body, once more where that is allowed. */
function post(url: string, body: Buffer = BODY) {
  const sender = new HttpSender({
    owner: 'Test',
    url: new URL(url),
    headers: { 'api-key': 'k' },
    contentType: 'text/plain',
    isCompressed: false,
    retry: createRetryPolicy('Test', { maxRetries: 1, initialBackoffMillis: 1 }),
    timeoutMillis: 5000,
  });
  senders.push(sender);
  const controller = new AbortController();
  const outcome = { retryCount: 0, body: '', trouble: '' };
  const control = {
    deadline: performance.now() + 5000,
    signal: controller.signal,
    onRetry: () => outcome.retryCount++,
  };
  const done = sender.send(body, control).then(
    (response) => Object.assign(outcome, { body: response.body.toString() }),
    ({ message }: Error) =>
      Object.assign(outcome, { trouble: message.replace(/^POST \S+: | \(after 2 tries\)$/g, '') }),
  );
  return { done, abort: (reason: string) => controller.abort(new Error(reason)) };
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

afterEach(async () => {
  for (const sender of senders.splice(0)) {
    sender.endSoon();
    await sender.close();
  }
  for (const server of servers.splice(0)) await server.stop();
});

describe('one exchange of HttpSender', () => {
  it('posts a body with its headers, and reads the body of the answer', async () => {
    const collector = await startCollector((_request, response) => {
      response.writeHead(201, { 'x-a': 'b' }).end('short and stout');
    });
    expect((await post(`${collector.url}?q=1`).done).body).toBe('short and stout');
    expect(collector.requests).toMatchObject([
      { method: 'POST', path: '/v1/traces?q=1', headers: { 'api-key': 'k' }, body: BODY },
    ]);
  });

  it('sends the credentials of the URL', async () => {
    const collector = await startCollector(accept);
    await post(collector.url.replace('http://', 'http://user:pass@')).done;
    expect(collector.requests[0]?.headers.authorization).toBe('Basic dXNlcjpwYXNz');
  });

  it('names all addresses when a name has several where nobody listens', async () => {
    const { port } = new URL(await findRefusingUrl());
    expect(await post(`http://localhost:${port}/`).done).toMatchObject({
      trouble: expect.stringMatching(/^connect ECONNREFUSED \S+/),
      retryCount: 1,
    });
  });

  it.each<[string, RawAnswer]>([
    ['closed', (socket) => socket.destroy()],
    ['reset', (socket) => socket.resetAndDestroy()],
  ])('is repeated when the connection is %s without an answer', async (_, answer) => {
    const server = await startRaw(answer);
    expect(await post(server.url).done).toMatchObject({ body: '', retryCount: 1 });
    expect(server.requestCount).toBe(2);
  });

  it.each([
    ['in its body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'],
    ['in a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\na\r\nhalf'],
  ])('is over for good when the answer breaks off %s', async (_, text) => {
    const server = await startRaw((socket) => socket.write(text, () => socket.destroy()));
    expect(await post(server.url).done).toMatchObject({
      trouble: 'the response was cut off: aborted',
      retryCount: 0,
    });
  });

  it('is over for good when the server speaks something else, and says what to look at', async () => {
    const server = await startRaw(
      () => {},
      (socket) => socket.write(Buffer.from('000006040000000000000500004000', 'hex')),
    );
    expect(await post(server.url).done).toMatchObject({
      trouble: expect.stringMatching(
        /the server does not speak HTTP\/1\.1\. Is this its port for gRPC\?$/,
      ),
      retryCount: 0,
    });
  });

  it('reads an answer that comes byte by byte', async () => {
    const server = await startRaw(async (socket) => {
      for (const byte of 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok') {
        await new Promise((resolve) => socket.write(byte, resolve));
      }
    });
    expect((await post(server.url).done).body).toBe('ok');
  });

  it('takes an answer that comes before the body was read, and leaves the connection', async () => {
    let connection: Socket | undefined;
    const server = await startRaw(
      () => {},
      (socket) => {
        connection = socket;
        socket.pause();
        socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n');
      },
    );
    expect(await post(server.url, Buffer.alloc(50_000_000)).done).toMatchObject({
      trouble: '413 Too Large',
    });
    connection?.resume();
    await until(
      () => connection?.destroyed === true,
      () => 'the connection is open',
    );
  });

  it('ends when it is aborted, and closes its connection', async () => {
    let connection: Socket | undefined;
    const server = await startRaw((socket) => {
      connection = socket;
    });
    const { done, abort } = post(server.url);
    await until(
      () => connection !== undefined,
      () => server.requestCount,
    );
    abort('enough');
    abort('again');
    expect(await done).toMatchObject({ trouble: 'enough', retryCount: 0 });
    await until(
      () => connection?.destroyed === true,
      () => 'the connection is open',
    );
  });

  it('ends when it is aborted in the middle of the answer', async () => {
    const server = await startRaw((socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'),
    );
    const { done, abort } = post(server.url);
    await until(
      () => server.requestCount === 1,
      () => server.requestCount,
    );
    abort('enough');
    expect((await done).trouble).toBe('enough');
  });
});

describe('toExchangeError', () => {
  it.each([
    ['ECONNREFUSED', false, { isRetryable: true, isStaleConnection: false }],
    ['ECONNRESET', false, { isRetryable: true, isStaleConnection: false }],
    ['ECONNRESET', true, { isRetryable: true, isStaleConnection: true }],
    ['EPIPE', true, { isRetryable: true, isStaleConnection: true }],
    ['CERT_HAS_EXPIRED', false, { isRetryable: false, isStaleConnection: false }],
    ['HPE_INVALID_METHOD', true, { isRetryable: false, isStaleConnection: false }],
  ])(
    'knows what follows from %s on a connection that is used again: %s',
    (code, isReused, expected) => {
      const error = toExchangeError(Object.assign(new Error('no'), { code }), isReused);
      expect(error).toBeInstanceOf(ExchangeError);
      expect(error).toMatchObject({ message: expect.stringMatching(/^no(: |$)/), ...expected });
    },
  );
});

describe('brokenOff', () => {
  it('is for good', () => {
    expect(brokenOff(new Error('aborted'))).toMatchObject({
      message: 'the response was cut off: aborted',
      isRetryable: false,
    });
  });
});
