import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ExchangeError } from '../../../../lib/export/transport/exchange-error.js';
import type { HttpProxy } from '../../../../lib/export/transport/proxy-choice.js';
import {
  ProxyTunnels,
  proxyAddress,
  proxyHeaders,
  proxyRefusal,
} from '../../../../lib/export/transport/proxy-tunnels.js';
import { findRefusingUrl, RawServer } from '../../../integration/export/raw-server.js';

const AUTHORITY = 'collector.test:443';
const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function proxyAt(url: string, credentials?: string): HttpProxy {
  const { origin } = new URL(url);
  return { url: new URL(origin), credentials, shown: origin };
}

/** A proxy that answers with the text to everything. */
async function startProxy(text: string): Promise<HttpProxy> {
  const server = await RawServer.start((socket) => socket.write(text));
  stops.push(() => server.stop());
  return proxyAt(server.url);
}

/** How often the callback was called shows in `callCount`, after the event loop has turned. */
async function open(proxy: HttpProxy, tunnels = new ProxyTunnels(5000)) {
  let callCount = 0;
  const result = await new Promise<{ error: ExchangeError | null; socket: Socket | undefined }>(
    (resolve) =>
      tunnels.open(proxy, AUTHORITY, (error, socket) => {
        callCount++;
        resolve({ error, socket });
      }),
  );
  stops.unshift(() => result.socket?.destroy());
  await new Promise((resolve) => setImmediate(resolve));
  return { ...result, callCount };
}

describe('ProxyTunnels', () => {
  it('gives the connection, with what the receiver has said already', async () => {
    const proxy = await startProxy('HTTP/1.1 200 OK\r\n\r\nhello');
    const { error, socket, callCount } = await open(proxy);
    const said = await new Promise((resolve) => socket?.once('data', (data) => resolve(`${data}`)));
    expect([error, said, callCount]).toEqual([null, 'hello', 1]);
  });

  it.each([
    [
      '407 No',
      false,
      /^the proxy \S+ refused to connect to collector\.test:443: 407 No; the proxy wants/,
    ],
    ['200 OK', undefined, /^$/],
    ['204 Fine', undefined, /^$/],
    ['302 Found', false, /: 302 Found$/],
    ['403 Forbidden', false, /: 403 Forbidden$/],
    ['429 Slow', true, /: 429 Slow$/],
    ['503 Down', true, /: 503 Down$/],
    [`500 ${'x'.repeat(10_000)}`, false, /: 500 x{100}$/],
  ])('knows what follows from the answer %s', async (status, isRetryable, message) => {
    const { error } = await open(await startProxy(`HTTP/1.1 ${status}\r\n\r\n`));
    expect(error?.isRetryable).toBe(isRetryable);
    expect(error?.message ?? '').toMatch(message);
  });

  it.each([
    ['what is no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['nothing', ''],
  ])('ends once where a proxy says %s', async (_, text) => {
    const { error, callCount } = await open(await startProxy(text), new ProxyTunnels(200));
    expect(error?.message).toMatch(/^no connection to the proxy http:\/\/127\.0\.0\.1:\d+: /);
    expect(callCount).toBe(1);
  });

  it('says where nobody listens, and that a retry may help', async () => {
    const { error } = await open(proxyAt(await findRefusingUrl()));
    expect(error?.message).toMatch(/^no connection to the proxy \S+: connect ECONNREFUSED/);
    expect(error?.isRetryable).toBe(true);
  });

  it('ends those that are being opened when it is destroyed', async () => {
    const tunnels = new ProxyTunnels(5000);
    const opened = open(await startProxy(''), tunnels);
    tunnels.destroy();
    expect((await opened).error?.message).toMatch(/the exporter was shut down$/);
  });
});

describe('a proxy', () => {
  it.each([
    ['http://proxy', { host: 'proxy', port: 80 }],
    ['http://proxy:3128', { host: 'proxy', port: '3128' }],
    ['http://[fd00::1]:3128', { host: 'fd00::1', port: '3128' }],
    ['https://proxy', { host: 'proxy', port: 443, servername: 'proxy' }],
    ['https://10.0.0.1:1', { host: '10.0.0.1', port: '1', servername: '' }],
  ])('listens at %s', (url, address) => {
    expect(proxyAddress(proxyAt(url))).toEqual(address);
  });

  it('is told user and password in UTF-8, if there are any', () => {
    expect(proxyHeaders(proxyAt('http://proxy'))).toEqual({});
    expect(proxyHeaders(proxyAt('http://proxy', 'us:pä'))).toEqual({
      'proxy-authorization': 'Basic dXM6cMOk',
    });
  });

  it('may refuse without a text', () => {
    expect(proxyRefusal(403)).toBe('403');
  });
});
