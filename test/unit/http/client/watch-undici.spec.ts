import { createSecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { Agent, interceptors, ProxyAgent, request, upgrade } from 'undici';
import { traceAsText } from '../../../../lib/testing/index.js';
import { readCertificate } from '../../../integration/http-client/target-server.js';
import { serversOfTest } from '../../../support/loopback-server.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const startServer = serversOfTest();
const createTracing = tracingsOfTest();
const ATTRIBUTES = {
  attributes: ['http.response.status_code', 'error.type', 'http.request.resend_count'],
  events: true,
};

describe('watchUndici', () => {
  it('traces HTTP/2', async () => {
    const received: unknown[] = [];
    const server = createSecureServer(
      { key: readCertificate('server-key'), cert: readCertificate('server') },
      (incoming, response) => {
        received.push(incoming.headers.traceparent);
        response.end('body');
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const dispatcher = new Agent({ allowH2: true, connect: { ca: readCertificate('ca') } });
    const { tracer, recorder } = createTracing();
    const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
    await tracer.trace('outside', async () => {
      const { body } = await request(url, { dispatcher });
      expect(await body.text()).toBe('body');
    });
    const [span] = await recorder.takeNextSpans(2);
    expect(span?.attributes).toMatchObject({
      'http.response.status_code': 200,
      'network.protocol.version': '2',
      'url.full': url,
    });
    expect(received[0]).toContain(span?.spanContext().spanId);
    await dispatcher.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('traces each retry of a client', async () => {
    let count = 0;
    const { url, requests } = await startServer((_, response) => {
      count++;
      response.writeHead(count < 3 ? 503 : 200).end('body');
    });
    const retry = interceptors.retry({ maxRetries: 3, minTimeout: 1, timeoutFactor: 1 });
    const dispatcher = new Agent().compose(retry);
    const { tracer, recorder } = createTracing();
    await tracer.trace('outside', async () => (await request(url, { dispatcher })).body.text());
    const spans = await recorder.takeNextSpans(4);
    expect(traceAsText(spans, ATTRIBUTES)).toBe(
      'outside\n' +
        '  GET [client] error.type="503" http.response.status_code=503 ERROR\n' +
        '  GET [client] error.type="503" http.request.resend_count=1 http.response.status_code=503 ERROR\n' +
        '  GET [client] http.request.resend_count=2 http.response.status_code=200',
    );
    const parents = requests.map(({ headers }) => headers.traceparent);
    expect(new Set(parents).size).toBe(3);
    await dispatcher.destroy();
  });

  it('leaves an upgrade alone; its span ends when the request is sent', async () => {
    const { url, server } = await startServer();
    server.on('upgrade', (_, socket: Socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
      socket.end('upgraded');
    });
    const { tracer, recorder } = createTracing();
    const received = await tracer.trace('outside', async () => {
      const { socket } = await upgrade(url, { protocol: 'x' });
      return text(socket);
    });
    expect(received).toBe('upgraded');
    expect(traceAsText(await recorder.takeNextSpans(2), ATTRIBUTES)).toBe(
      'outside\n  GET [client]',
    );
  });

  it('works through a proxy, which gets no context', async () => {
    const target = await startServer();
    const proxy = await startServer();
    let connect: unknown;
    proxy.server.on('connect', async (incoming, socket: Socket) => {
      connect = incoming.headers.traceparent;
      const { connect: open } = await import('node:net');
      const onward = open(target.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      for (const end of [socket, onward]) end.on('error', () => {});
    });
    const dispatcher = new ProxyAgent({ uri: proxy.url, proxyTunnel: true });
    const { tracer, recorder } = createTracing();
    await tracer.trace('outside', async () =>
      (await request(target.url, { dispatcher })).body.text(),
    );
    const spans = await recorder.takeNextSpans(3);
    expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(['CONNECT', 'GET']));
    const get = spans.find(({ name }) => name === 'GET');
    expect(get?.attributes['url.full']).toBe(`${target.url}/`);
    expect(target.requests[0]?.headers.traceparent).toContain(get?.spanContext().spanId);
    expect(connect).toBeUndefined();
    await dispatcher.destroy();
  });

  it('refuses no header value of the user, as undici does', async () => {
    const { tracer, recorder } = createTracing();
    const send = (): Promise<unknown> =>
      tracer.trace('outside', () => request('http://127.0.0.1:1', { headers: { 'x-a': 'a\nb' } }));
    await expect(send()).rejects.toThrow('invalid x-a header');
    recorder.takeSpan('outside');
  });
});
