import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Answers } from '../../../../lib/viewer/server/answers.js';
import { columnsToJson } from '../../../../lib/viewer/server/columns-json.js';
import { Intake, isRefusal } from '../../../../lib/viewer/server/intake.js';
import { logsToJson } from '../../../../lib/viewer/server/logs-json.js';
import { overviewText } from '../../../../lib/viewer/server/trace-pages.js';
import { rowOfTrace } from '../../../../lib/viewer/server/trace-row.js';
import type { TraceEntry } from '../../../../lib/viewer/store/trace-entry.js';
import { TraceStore } from '../../../../lib/viewer/store/trace-store.js';
import { idOf, protobufRequest, requestOf, spanOf } from '../../../support/otlp-requests.js';
import { testStore } from '../../../support/stored-spans.js';
import { until } from '../../../support/until.js';
import { ask, socketsOfTest, viewersOfTest } from '../../../support/viewer-servers.js';

const startViewer = viewersOfTest();
const openSocket = socketsOfTest();
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server of Node with one handler. */
async function serve(handle: (response: ServerResponse) => void): Promise<number> {
  const server = createServer((_, response) => handle(response));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe('Answers', () => {
  it('bounds what waits for readers that do not read', async () => {
    const answers = new Answers();
    const body = Buffer.alloc(20 * 2 ** 20);
    const port = await serve((response) => answers.send(response, 200, 'text/plain', body));
    const request = `GET / HTTP/1.1\r\nHost: x\r\n\r\n`;
    const sockets = Array.from({ length: 4 }, () => openSocket(port, request).pause());
    await until(
      () => answers.pendingBytes === 80 * 2 ** 20,
      () => answers.pendingBytes,
    );
    const { status, headers } = await ask(port, { path: '/' });
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    for (const socket of sockets) socket.destroy();
    await until(
      () => answers.pendingBytes === 0,
      () => answers.pendingBytes,
    );
    expect((await ask(port, { path: '/' })).status).toBe(200);
  });
});

describe('Intake', () => {
  it('tells refusals from results', () => {
    expect(isRefusal({ status: 400, reason: 'no' })).toBe(true);
    expect(isRefusal({ isReadable: true, refusedCount: 0 })).toBe(false);
  });

  it('has no bodies at first', () => {
    const intake = new Intake();
    expect([intake.queuedBytes, intake.counts]).toEqual([0, { unreadable: 0, overloaded: 0 }]);
  });
});

describe('logsToJson', () => {
  it('writes values that JSON does not have', () => {
    const [log] = logsToJson([
      {
        timeNanos: 1_700_000_000_000_000_001n,
        severityNumber: 9,
        severityText: 'INFO',
        body: [NaN, 2n ** 60n, new Uint8Array([1, 2]), null],
        attributes: { a: { b: true } },
        traceId: '',
        spanId: '',
        eventName: '',
        droppedAttributesCount: 0,
        resource: { attributes: { 'service.name': 'orders' } },
        scope: { name: 'pino' },
      },
    ]);
    expect(log).toMatchObject({
      timeNanos: '1700000000000000001',
      body: ['NaN', '1152921504606846976', 'AQI=', null],
      attributes: { a: { b: true } },
      service: 'orders',
      scope: 'pino',
    });
    expect(() => JSON.stringify(log)).not.toThrow();
  });
});

describe('the parts of a response', () => {
  it('are made of a stored trace', () => {
    const { store, send } = testStore();
    send([spanOf(1, 1)]);
    const entry = store.get(idOf(1, 32)) as TraceEntry;
    expect(columnsToJson(entry.columns())).toMatchObject({ spanCount: 1 });
    expect(rowOfTrace(entry, store)).toMatchObject({ name: 'span 1', hasRoot: true });
    expect(overviewText(store, 'http://localhost:4318')).toContain('http://localhost:4318/t/');
  });
});

describe('the viewer under hostile use', () => {
  it('answers while a trace of 10,000 levels, circles and repeated ids are shown', async () => {
    const { ask: askViewer, store } = await startViewer();
    const deep = Array.from({ length: 10_000 }, (_, i) =>
      spanOf(1, i + 1, i === 0 ? {} : { parentSpanId: idOf(i, 16) }),
    );
    const circle = [1, 2, 3].map((span) =>
      spanOf(2, span, { parentSpanId: idOf((span % 3) + 1, 16) }),
    );
    const repeated = Array.from({ length: 100 }, (_, i) => spanOf(3, 1, { name: `n${i}` }));
    const apart = [
      spanOf(4, 1),
      spanOf(4, 2, { startTimeUnixNano: '1700003600000000000', parentSpanId: idOf(1, 16) }),
    ];
    for (const spans of [deep, circle, repeated, apart]) {
      store.receiveTraces(protobufRequest(requestOf(spans)));
    }
    for (const trace of [1, 2, 3, 4]) {
      for (const path of [`/api/traces/${idOf(trace, 32)}`, `/t/${idOf(trace, 32)}.txt`]) {
        expect([path, (await askViewer({ path })).status]).toEqual([path, 200]);
      }
    }
    const { spans } = store.counts();
    expect(spans).toEqual({
      received: 10_105,
      stored: 10_006,
      duplicate: 99,
      refused: 0,
      evicted: 0,
    });
  });

  it.each([
    ['nonsense', 'x\r\n\r\n'],
    ['a header that is too long', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(100_000)}\r\n\r\n`],
    [
      'a chunk that is none',
      'POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ],
    ['a path that is none', 'GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n'],
    [
      'an upgrade',
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
    ['a CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n'],
  ])('survives %s', async (_, text) => {
    const { port, ask: askViewer } = await startViewer();
    openSocket(port, text);
    expect((await askViewer({ path: '/' })).status).toBe(200);
  });

  it('closes while requests are open', async () => {
    const { port, server } = await startViewer();
    openSocket(
      port,
      'POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n',
    );
    openSocket(port, `GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    await until(
      () => server.readerCount === 1,
      () => server.readerCount,
    );
    await server.close();
    await expect(ask(port, { path: '/' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('keeps its bounds under a flood of spans of all sorts', async () => {
    const store = new TraceStore({ maxBytes: 8 * 2 ** 20, maxTraces: 500 });
    const { ask: askViewer } = await startViewer({ store });
    for (let batch = 0; batch < 30; batch++) {
      const spans = Array.from({ length: 300 }, (_, i) =>
        spanOf(batch * 200 + i, i + 1, { name: `GET /${batch}/${i}` }),
      );
      const { status } = await askViewer({
        method: 'POST',
        path: '/v1/traces',
        headers: { 'content-type': 'application/x-protobuf' },
        body: protobufRequest(requestOf(spans)),
      });
      expect(status).toBe(200);
      expect(store.byteCount).toBeLessThanOrEqual(8 * 2 ** 20);
    }
    const { received, stored, duplicate, refused, evicted } = store.counts().spans;
    expect(received).toBe(9_000);
    expect(received).toBe(stored + duplicate + refused + evicted);
  });
});

describe('the code of the server', () => {
  it('opens no connection', () => {
    const folder = new URL('../../../../lib/viewer/server/', import.meta.url);
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.ts'))) {
      const text = readFileSync(new URL(name, folder), 'utf8');
      expect([
        name,
        /\bfetch\(|\bconnect\(|\brequest\(|\bspawn|\bexec(File)?\(/.exec(
          text.replaceAll('.exec(', ''),
        )?.[0],
      ]).toEqual([name, undefined]);
    }
  });
});
