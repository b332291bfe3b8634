import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import {
  heartbeatOf,
  idOf,
  type OtlpMembers,
  openSpanOf,
  protobufRequest,
  requestOf,
  spanOf,
} from '../../../support/otlp-requests.js';
import { until } from '../../../support/until.js';
import { ask, socketsOfTest, viewersOfTest } from '../../../support/viewer-servers.js';

const startViewer = viewersOfTest();
const openSocket = socketsOfTest();
const MIB = 2 ** 20;
const REQUEST = requestOf([spanOf(1, 1), spanOf(1, 2)]);
const WITH_INVALID = requestOf([spanOf(1, 1), spanOf(1, 2, { spanId: '' })]);
const REASON = 'Spans need a valid trace id and span id.';

const FORMATS: readonly [string, string, (request: OtlpMembers) => Buffer][] = [
  ['protobuf', 'application/x-protobuf', protobufRequest],
  ['protobuf by its other name', 'application/protobuf', protobufRequest],
  ['JSON', 'application/json', (request) => Buffer.from(JSON.stringify(request))],
];

/** `ExportTraceServiceResponse` by hand: partial_success with rejected_spans and error_message. */
const PARTIAL_SUCCESS = Buffer.concat([
  Buffer.from([0x0a, REASON.length + 4, 0x08, 1, 0x12, REASON.length]),
  Buffer.from(REASON),
]);

describe.each(FORMATS)('OTLP over HTTP in %s', (_, type, encode) => {
  const headers = { 'content-type': type };

  it('is stored and answered in the same format', async () => {
    const { ask, store } = await startViewer();
    const answer = await ask({
      method: 'POST',
      path: '/v1/traces',
      headers,
      body: encode(REQUEST),
    });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, type]);
    expect(answer.body.toString()).toBe(type === 'application/json' ? '{}' : '');
    expect(store.counts().spans).toMatchObject({ received: 2, stored: 2 });
  });

  it('may be compressed', async () => {
    const { ask, store } = await startViewer();
    const { status } = await ask({
      method: 'POST',
      path: '/v1/traces',
      headers: { ...headers, 'content-encoding': 'gzip' },
      body: gzipSync(encode(REQUEST)),
    });
    expect([status, store.counts().spans.stored]).toEqual([200, 2]);
  });

  it('is told what is refused', async () => {
    const { ask, store } = await startViewer();
    const body = encode(WITH_INVALID);
    const answer = await ask({ method: 'POST', path: '/v1/traces', headers, body });
    expect(answer.status).toBe(200);
    if (type !== 'application/json') expect(answer.body).toEqual(PARTIAL_SUCCESS);
    else {
      const partialSuccess = { rejectedSpans: '1', errorMessage: REASON };
      expect(answer.json()).toEqual({ partialSuccess });
    }
    expect(store.counts().spans).toMatchObject({ received: 2, stored: 1, refused: 1 });
  });

  it('takes spans that are running, and says which it does not know', async () => {
    const { ask, store } = await startViewer();
    const send = (spans: readonly OtlpMembers[]) =>
      ask({ method: 'POST', path: '/v1/traces/open', headers, body: encode(requestOf(spans)) });
    expect((await send([openSpanOf(1, 1)])).body.length).toBeLessThan(3);
    expect(store.get(idOf(1, 32))?.runningCount).toBe(1);
    const { status, body } = await send([heartbeatOf(1, 1), heartbeatOf(1, 2)]);
    expect([status, body.toString().includes('must have been sent before')]).toEqual([200, true]);
  });

  it('is refused as a whole where it cannot be read', async () => {
    const { ask, server } = await startViewer();
    for (const path of ['/v1/traces', '/v1/traces/open', '/v1/logs']) {
      const answer = await ask({ method: 'POST', path, headers, body: 'words' });
      expect([answer.status, answer.headers['content-type']]).toEqual([400, type]);
      // `google.rpc.Status`, with the code INVALID_ARGUMENT.
      if (type === 'application/json') expect(answer.json()).toMatchObject({ code: 3 });
      else expect(answer.body.subarray(0, 2)).toEqual(Buffer.from([0x08, 3]));
    }
    expect(server.counts().requests).toEqual({ unreadable: 3, overloaded: 0, metrics: 0 });
  });
});

describe('OTLP over HTTP', () => {
  const headers = { 'content-type': 'application/json' };

  it('takes logs', async () => {
    const { ask, store } = await startViewer();
    const logRecords = [{ traceId: idOf(1, 32), body: { stringValue: 'Reserved' } }];
    const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
    expect((await ask({ method: 'POST', path: '/v1/logs', headers, body })).status).toBe(200);
    expect(store.logs.ofTrace(idOf(1, 32))).toMatchObject([{ body: 'Reserved' }]);
  });

  it('takes and drops metrics, and counts their requests', async () => {
    const { ask, server } = await startViewer();
    const body = JSON.stringify({ resourceMetrics: [] });
    expect((await ask({ method: 'POST', path: '/v1/metrics', headers, body })).status).toBe(200);
    expect(server.counts().requests.metrics).toBe(1);
  });

  it.each([
    [{ 'content-type': 'application/json', 'content-encoding': 'br' }, 415],
    [{ 'content-type': 'text/plain', 'x-nestjs-traced': '1' }, 415],
  ])('refuses what it does not know: %j', async (odd, status) => {
    const { ask } = await startViewer();
    const body = JSON.stringify(REQUEST);
    expect((await ask({ method: 'POST', path: '/v1/traces', headers: odd, body })).status).toBe(
      status,
    );
  });

  it('refuses what is not gzip although it says so', async () => {
    const { ask, server } = await startViewer();
    const gzip = { ...headers, 'content-encoding': 'gzip' };
    for (const body of [
      JSON.stringify(REQUEST),
      gzipSync(JSON.stringify(REQUEST)).subarray(0, -9),
    ]) {
      const { status } = await ask({ method: 'POST', path: '/v1/traces', headers: gzip, body });
      expect(status).toBe(400);
    }
    expect(server.counts().requests.unreadable).toBe(2);
  });

  it('stops inflating at 64 MiB, for several bombs at once', async () => {
    const { ask, server } = await startViewer();
    const bomb = gzipSync(Buffer.alloc(200 * MIB), { level: 9 });
    expect(bomb.length).toBeLessThan(MIB);
    const before = process.memoryUsage.rss();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        ask({
          method: 'POST',
          path: '/v1/traces',
          headers: { ...headers, 'content-encoding': 'gzip' },
          body: bomb,
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(413));
    expect(server.counts().requests.overloaded).toBe(8);
    // Two of them at a time would need more.
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * MIB);
  });

  it('refuses a body that says it is too long, before it comes', async () => {
    const { port } = await startViewer();
    const socket = openSocket(
      port,
      [
        'POST /v1/traces HTTP/1.1',
        'Host: localhost',
        'Content-Type: application/json',
        `Content-Length: ${65 * MIB}`,
        'Connection: close',
        '\r\n',
      ].join('\r\n'),
    );
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    await until(
      () => answer.includes('\r\n\r\n'),
      () => answer,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('asks senders to come again while too many bodies are being received', async () => {
    const { ask, port, server } = await startViewer();
    const head = (length: number) =>
      `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
    const slow = openSocket(port, head(64 * MIB));
    const counted = () => server.queuedBytes;
    slow.write(Buffer.alloc(63 * MIB, ' '));
    await until(
      () => counted() === 63 * MIB,
      () => counted(),
    );
    const body = Buffer.alloc(2 * MIB, ' ');
    const answer = await ask({ method: 'POST', path: '/v1/traces', headers, body });
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '1']);
    expect(answer.json()).toMatchObject({ code: 8 });
    slow.destroy();
    await until(
      () => counted() === 0,
      () => counted(),
    );
    const small = JSON.stringify(REQUEST);
    expect((await ask({ method: 'POST', path: '/v1/traces', headers, body: small })).status).toBe(
      200,
    );
    expect(server.counts().requests).toMatchObject({ overloaded: 1, unreadable: 1 });
  });

  it('survives senders that go away in the middle', async () => {
    const { port, store } = await startViewer();
    for (let i = 0; i < 20; i++) {
      const socket = openSocket(
        port,
        'POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"res',
      );
      socket.on('connect', () => socket.destroy());
    }
    const body = JSON.stringify(REQUEST);
    const request = { method: 'POST', path: '/v1/traces', headers, body };
    expect((await ask(port, request)).status).toBe(200);
    expect(store.counts().spans.stored).toBe(2);
  });
});
