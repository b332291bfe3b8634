import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { OpenSpanSender } from '../../../../lib/assembly/open-spans/open-span-sender.js';
import { serversOfTest } from '../../../support/loopback-server.js';

const startServer = serversOfTest();
const senders: OpenSpanSender[] = [];
afterEach(() => {
  for (const sender of senders.splice(0)) sender.close();
});

function senderTo(url: string): OpenSpanSender {
  const sender = new OpenSpanSender(`${url}/v1/traces/open`, { authorization: 'Bearer key' });
  senders.push(sender);
  return sender;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const PROTOBUF = { 'content-type': 'application/x-protobuf' };
/** `ExportTraceServiceResponse` by hand: partial_success with rejected_spans 2. */
const REJECTED = Buffer.from([0x0a, 0x02, 0x08, 0x02]);

describe('OpenSpanSender', () => {
  it('posts a report', async () => {
    const bodies: Promise<string>[] = [];
    const { url, requests } = await startServer((request, response) => {
      bodies.push(bodyOf(request).finally(() => response.writeHead(200, PROTOBUF).end()));
    });
    expect(await senderTo(url).send(Buffer.from('report'))).toBe('accepted');
    expect(await bodies[0]).toBe('report');
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: '/v1/traces/open',
      headers: { ...PROTOBUF, authorization: 'Bearer key' },
    });
    expect(requests[0]?.headers.traceparent).toBeUndefined();
  });

  it('uses one connection for all reports', async () => {
    const { url, requests } = await startServer((_, response) =>
      response.writeHead(200, PROTOBUF).end(),
    );
    const sender = senderTo(url);
    await sender.send(Buffer.from('a'));
    await sender.send(Buffer.from('b'));
    expect(requests[1]?.socket).toBe(requests[0]?.socket);
  });

  it.each([
    ['says that it does not know spans', 200, PROTOBUF, REJECTED, 'unknown'],
    ['answers with something else', 200, { 'content-type': 'text/html' }, '<html>', 'failed'],
    ['answers with too much', 200, PROTOBUF, Buffer.alloc(100_000), 'failed'],
    ['has no such path', 404, PROTOBUF, '', 'failed'],
    ['is overloaded', 429, PROTOBUF, '', 'failed'],
  ])('tells that a server %s', async (_case, status, headers, body, outcome) => {
    const { url } = await startServer((_, response) =>
      response.writeHead(status, headers).end(body),
    );
    expect(await senderTo(url).send(Buffer.from('report'))).toBe(outcome);
  });

  it('tells that there is no server, and that a connection breaks off', async () => {
    const { url, server } = await startServer((request) => void request.socket.destroy());
    expect(await senderTo(url).send(Buffer.from('report'))).toBe('failed');
    await new Promise((resolve) => server.close(resolve));
    expect(await senderTo(url).send(Buffer.from('report'))).toBe('failed');
  });

  it('gives up what is under way when it is closed', async () => {
    const { url, requests } = await startServer(() => {});
    const sender = senderTo(url);
    const outcome = sender.send(Buffer.from('report'));
    while (requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    sender.close();
    expect(await outcome).toBe('failed');
  });
});
