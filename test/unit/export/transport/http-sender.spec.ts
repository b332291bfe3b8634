import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import type { SendControl } from '../../../../lib/export/sender.js';
import {
  HttpSender,
  type HttpSenderOptions,
} from '../../../../lib/export/transport/http-sender.js';
import { createRetryPolicy } from '../../../../lib/export/transport/retry-policy.js';
import { type Answer, accept, Collector } from '../../../integration/export/collector.js';
import { until } from '../../../support/until.js';

const BODY = Buffer.from('a body');
const collectors: Collector[] = [];
const senders: HttpSender[] = [];

async function startCollector(answer: Answer = accept): Promise<Collector> {
  const collector = await Collector.start(answer);
  collectors.push(collector);
  return collector;
}

function createSender(url: string, options: Partial<HttpSenderOptions> = {}): HttpSender {
  const sender = new HttpSender({
    owner: 'Test',
    url: new URL(url),
    headers: { 'api-key': 'k' },
    contentType: 'text/plain',
    isCompressed: false,
    retry: createRetryPolicy('Test', { initialBackoffMillis: 4000 }),
    timeoutMillis: 5000,
    ...options,
  });
  senders.push(sender);
  return sender;
}

function send(sender: HttpSender, body: Buffer = BODY) {
  return sender.send(body, controlFor());
}

/** Limits that a test does not reach. */
function controlFor(timeoutMillis = 5000): SendControl {
  return { deadline: performance.now() + timeoutMillis, signal: undefined, onRetry: () => {} };
}

afterEach(async () => {
  for (const sender of senders.splice(0)) await sender.close();
  for (const collector of collectors.splice(0)) await collector.stop();
});

describe('HttpSender', () => {
  it('sends bodies with their headers and their length, over one connection', async () => {
    const collector = await startCollector();
    const sender = createSender(collector.url);
    await send(sender);
    await send(sender, Buffer.from('another'));
    expect(collector.requests).toMatchObject([
      {
        headers: { 'api-key': 'k', 'content-type': 'text/plain', 'content-length': '6' },
        body: BODY,
      },
      { headers: { 'content-length': '7' } },
    ]);
    const [first, second] = collector.requests.map(({ socket }) => socket);
    expect(second).toBe(first);
  });

  it('compresses bodies where it is told to', async () => {
    const collector = await startCollector();
    await send(createSender(collector.url, { isCompressed: true }));
    const [request] = collector.requests;
    expect(request?.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(request?.body ?? '')).toEqual(BODY);
  });

  it('returns the response of a server that accepts', async () => {
    const collector = await startCollector((_request, response) => {
      response.writeHead(202, { 'content-type': 'text/plain' }).end('thanks');
    });
    expect(await send(createSender(collector.url))).toEqual({
      body: Buffer.from('thanks'),
      contentType: 'text/plain',
    });
  });

  it('adds the reason for a refusal, where one can be read', async () => {
    const collector = await startCollector((_request, response) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('bad');
    });
    const readRefusal = (body: Buffer, contentType: string | undefined) =>
      `${body} as ${contentType}`;
    const refused = send(createSender(collector.url, { readRefusal }));
    await expect(refused).rejects.toThrow(/: 400 Bad Request: bad as text\/plain$/);
    await expect(refused).rejects.toMatchObject({ status: 400, isTooLong: false });
    const unread = send(createSender(collector.url, { readRefusal: () => undefined }));
    await expect(unread).rejects.toThrow(/: 400 Bad Request$/);
  });

  it('gives up at the deadline, which may be nearer than the timeout', async () => {
    const collector = await startCollector(() => {});
    const sender = createSender(collector.url, { timeoutMillis: 60_000 });
    await expect(sender.send(BODY, controlFor(50))).rejects.toThrow(
      /: no response within 60000 ms$/,
    );
  });

  it('refuses an answer of more than 4 MiB', async () => {
    const collector = await startCollector((_request, response) => {
      response.end(Buffer.alloc(4 * 1024 * 1024 + 1));
    });
    await expect(send(createSender(collector.url))).rejects.toThrow(
      /: the response is longer than 4194304 bytes$/,
    );
  });

  it('refuses bodies once it is closed, and closes its connections', async () => {
    const collector = await startCollector();
    const sender = createSender(collector.url);
    await send(sender);
    await sender.close();
    await expect(send(sender)).rejects.toThrow('The sender is shut down');
    await until(
      () => collector.requests[0]?.socket.destroyed === true,
      () => 'the connection is open',
    );
  });

  it('lets what is under way end when it is to end soon', async () => {
    const collector = await startCollector((request, response) => {
      setImmediate(() => accept(request, response));
    });
    const sender = createSender(collector.url);
    const sent = send(sender);
    await until(
      () => collector.requests.length === 1,
      () => collector.requests.length,
    );
    sender.endSoon();
    expect((await sent).body).toBeInstanceOf(Buffer);
  });

  it('does not wait for another try when it is to end soon', async () => {
    const collector = await startCollector((_request, response) => {
      response.writeHead(503).end();
    });
    const sender = createSender(collector.url);
    const sent = send(sender).catch((error: Error) => error.message);
    await until(
      () => collector.requests.length === 1,
      () => collector.requests.length,
    );
    // Without what would end it after a second.
    const setTimer = jest.spyOn(globalThis, 'setTimeout').mockReturnValue(setTimeout(() => {}, 0));
    sender.endSoon();
    setTimer.mockRestore();
    expect(await sent).toMatch(/: 503 Service Unavailable$/);
    expect(collector.requests).toHaveLength(1);
  });

  it('ends what does not end by itself a second after it was to end soon', async () => {
    const collector = await startCollector(() => {});
    const sender = createSender(collector.url);
    const sent = send(sender).catch((error: Error) => error.message);
    sender.endSoon();
    expect(await sent).toMatch(/: the exporter was shut down$/);
  });

  it('refuses certificates that cannot be read', () => {
    expect(() => createSender('https://host', { tls: { cert: 'no', key: 'no' } })).toThrow(
      TracingConfigError,
    );
  });
});
