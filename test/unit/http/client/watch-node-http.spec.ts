import { ClientRequest, get, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { TextMapPropagator } from '@opentelemetry/api';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import { watchNodeHttp } from '../../../../lib/http/client/watch-node-http.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { serversOfTest } from '../../../support/loopback-server.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const startServer = serversOfTest();
const createTracing = tracingsOfTest();
const ATTRIBUTES = { attributes: ['http.response.status_code', 'error.type'], events: true };

function responseTo(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on('response', resolve);
    sent.on('error', reject);
  });
}

describe('watchNodeHttp', () => {
  it('sends the context with an Expect header, in time', async () => {
    const { port, server, requests } = await startServer();
    let isContinued = false;
    server.on('checkContinue', (received, response) => {
      isContinued = true;
      response.writeContinue();
      received.resume().on('end', () => server.emit('request', received, response));
    });
    const { tracer, recorder } = createTracing();
    await tracer.trace('outside', async () => {
      const sent = request({ port, method: 'POST', headers: { expect: '100-continue' } });
      sent.on('continue', () => sent.end('body'));
      sent.flushHeaders();
      await text(await responseTo(sent));
    });
    const [span] = await recorder.takeNextSpans(2);
    expect(isContinued).toBe(true);
    expect(requests[0]?.headers.traceparent).toContain(span?.spanContext().spanId);
    expect(requests[0]?.headers.expect).toBe('100-continue');
  });

  it('leaves an upgrade alone, and ends its span', async () => {
    const { port, server } = await startServer();
    server.on('upgrade', (received: IncomingMessage, socket: Socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
      socket.end(String(received.headers.traceparent));
    });
    const { tracer, recorder } = createTracing();
    const received = await tracer.trace('outside', async () => {
      const headers = { connection: 'Upgrade', upgrade: 'x' };
      const sent = request({ port, headers }).end();
      return new Promise<string>((resolve, reject) => {
        sent.on('upgrade', (_, socket: Socket, head) =>
          text(socket).then((rest) => resolve(head + rest), reject),
        );
        sent.on('error', reject);
      });
    });
    const spans = await recorder.takeNextSpans(2);
    expect(traceAsText(spans, ATTRIBUTES)).toBe(
      'outside\n  GET [client] http.response.status_code=101',
    );
    expect(received).toContain(spans[0]?.spanContext().spanId);
  });

  it('leaves CONNECT alone, and sends the proxy no context', async () => {
    const { port, server } = await startServer();
    let headers: unknown;
    server.on('connect', (received: IncomingMessage, socket: Socket) => {
      headers = received.headers.traceparent;
      socket.end('HTTP/1.1 200 OK\r\n\r\nthrough');
    });
    const { tracer, recorder } = createTracing();
    const received = await tracer.trace('outside', () => {
      const sent = request({ port, method: 'CONNECT', path: 'shop:443' }).end();
      return new Promise<string>((resolve, reject) => {
        sent.on('connect', (_, socket: Socket, head) =>
          text(socket).then((rest) => resolve(head + rest), reject),
        );
        sent.on('error', reject);
      });
    });
    expect(received).toBe('through');
    expect(traceAsText(await recorder.takeNextSpans(2), ATTRIBUTES)).toBe(
      'outside\n  CONNECT [client] http.response.status_code=200',
    );
    expect(headers).toBeUndefined();
  });

  it.each<[string, (url: URL) => ClientRequest]>([
    [
      'nested pairs',
      ({ port, host }) =>
        get({
          port,
          headers: [
            ['Host', host],
            ['x-a', '1'],
          ] as never,
        }),
    ],
    ['no headers at all', ({ port }) => request({ port, setHost: false, headers: {} }).end()],
    ['another host', ({ port }) => get({ port, headers: { host: 'shop.example', 'x-a': '1' } })],
    [
      'a URL of a proxy',
      ({ port }) => get({ port, path: 'http://shop.example/a', headers: { host: 'shop.example' } }),
    ],
  ])('sends the context with %s', async (kind, send) => {
    const { url, port, requests } = await startServer();
    const { tracer, recorder } = createTracing();
    const answered = await tracer.trace('outside', async () => responseTo(send(new URL(url))));
    answered.resume();
    const [span] = await recorder.takeNextSpans(2);
    const urls: Record<string, string> = {
      'another host': 'http://localhost/',
      'a URL of a proxy': 'http://shop.example/a',
      'nested pairs': `http://localhost/`,
    };
    // Without a header of its own, the request does not tell its port.
    expect(span?.attributes['url.full']).toBe(urls[kind] ?? 'http://localhost/');
    expect(span?.attributes['network.peer.port']).toBe(port);
    // Node refuses a request without a host itself.
    if (kind === 'no headers at all') expect(answered.statusCode).toBe(400);
    else expect(requests[0]?.headers.traceparent).toContain(span?.spanContext().spanId);
  });

  it('ends the span with the response, before the connection closes', async () => {
    const { url } = await startServer();
    const { tracer, recorder } = createTracing();
    await tracer.trace('outside', async () => {
      const response = await responseTo(get(url, { agent: false }));
      const openAtEnd = new Promise((resolve) => {
        response.on('end', () => resolve(recorder.openSpans.map(({ name }) => name)));
      });
      response.resume();
      expect(await openAtEnd).toEqual(['outside']);
    });
    await recorder.takeNextSpans(2);
  });

  it('ignores what a propagator cannot send', async () => {
    const propagator: TextMapPropagator = {
      inject: (_, carrier, setter) => setter.set(carrier, 'x-bad', 'a\r\nx-evil: 1'),
      extract: (context) => context,
      fields: () => ['x-bad'],
    };
    const { url, requests } = await startServer();
    const { tracer, recorder, warnings } = createTracing({ propagator });
    await tracer.trace('outside', async () => text(await responseTo(get(url))));
    await tracer.trace('outside', async () =>
      text(await responseTo(get(url, { headers: ['Host', new URL(url).host] as never }))),
    );
    await recorder.takeNextSpans(4);
    expect(requests).toHaveLength(2);
    for (const { headers } of requests) {
      expect(headers).not.toHaveProperty('x-bad');
      expect(headers).not.toHaveProperty('x-evil');
    }
    expect(warnings).toHaveLength(1);
  });

  it('refuses no header value, as Node does', async () => {
    const { tracer, recorder } = createTracing();
    const send = (): ClientRequest => get('http://127.0.0.1:1', { headers: { 'x-a': 'a\nb' } });
    expect(() => tracer.trace('outside', send)).toThrow('Invalid character in header content');
    recorder.takeSpan('outside');
  });

  it('traces nothing that runs suppressed, as exports do', async () => {
    const { url, requests } = await startServer();
    const { tracer, recorder } = createTracing();
    await tracer.trace('outside', () =>
      contextStorage.run(TracingContext.SUPPRESSED, async () => text(await responseTo(get(url)))),
    );
    recorder.takeSpan('outside');
    expect(requests[0]?.headers.traceparent).toBeUndefined();
  });

  describe.each([true, false])('by a channel for new requests: %s', (hasCreatedChannel) => {
    let stop: (() => void) | undefined;
    afterEach(() => stop?.());

    it('ends without a trace of itself', () => {
      const before = Object.getOwnPropertyDescriptor(ClientRequest.prototype, '_storeHeader');
      stop = watchNodeHttp(hasCreatedChannel);
      stop();
      expect(Object.getOwnPropertyDescriptor(ClientRequest.prototype, '_storeHeader')).toEqual(
        before,
      );
    });
  });
});
