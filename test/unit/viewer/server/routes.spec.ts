import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { TraceStore } from '../../../../lib/viewer/store/trace-store.js';
import {
  attribute,
  idOf,
  type OtlpMembers,
  protobufRequest,
  requestOf,
  spanOf,
} from '../../../support/otlp-requests.js';
import { type TestViewer, viewersOfTest } from '../../../support/viewer-servers.js';

const startViewer = viewersOfTest();
const TRACE = idOf(1, 32);

function send({ store }: TestViewer, spans: readonly OtlpMembers[], resource?: OtlpMembers): void {
  store.receiveTraces(protobufRequest(requestOf(spans, resource)));
}

async function startWith(spans: readonly OtlpMembers[]): Promise<TestViewer> {
  const viewer = await startViewer();
  send(viewer, spans);
  return viewer;
}

describe('GET /api/traces', () => {
  it('lists traces with what is known about them', async () => {
    const viewer = await startViewer();
    send(viewer, [spanOf(1, 1, { name: 'POST /orders', status: { code: 2 } })]);
    send(viewer, [spanOf(1, 2, { parentSpanId: idOf(1, 16) })], { 'service.name': 'stock' });
    const { traces, counts } = (await viewer.ask({ path: '/api/traces' })).json();
    expect(traces).toEqual([
      {
        id: TRACE,
        name: 'POST /orders',
        statusCode: '',
        arrivalMillis: expect.any(Number),
        service: 'orders',
        hasRoot: true,
        services: ['orders', 'stock'],
        startNanos: '1700000000001000000',
        durationNanos: 2_000_000,
        spanCount: 2,
        spanRevision: expect.any(Number),
        failedCount: 1,
        logCount: 0,
        state: 'arriving',
        runningCount: 0,
        silentCount: 0,
        run: 1,
        orphanCount: 0,
        cycleCount: 0,
        isStarred: false,
      },
    ]);
    expect(counts).toMatchObject({
      spans: { received: 2, stored: 2, duplicate: 0, refused: 0, evicted: 0 },
      traces: { seen: 1, kept: 1 },
      requests: { unreadable: 0, overloaded: 0, metrics: 0 },
    });
  });

  const idsOf = async ({ ask }: TestViewer, query: string): Promise<number[]> => {
    const { traces } = (await ask({ path: `/api/traces?${query}` })).json();
    return traces.map(({ id }: { id: string }) => Number.parseInt(id, 16));
  };

  it.each([
    ['', [3, 2, 1]],
    ['sort=newest', [3, 2, 1]],
    ['sort=duration', [2, 3, 1]],
    ['sort=spans', [1, 3, 2]],
    ['sort=failures', [3, 2, 1]],
    ['limit=1', [3]],
    [`limit=1&after=${idOf(3, 32)}`, [2]],
    [`sort=duration&after=${idOf(2, 32)}`, [3, 1]],
    [`after=${idOf(9, 32)}`, [3, 2, 1]],
  ])('orders and pages: ?%s', async (query, expected) => {
    const viewer = await startViewer();
    send(viewer, [spanOf(1, 1), spanOf(1, 1, { kind: 2 })]);
    send(viewer, [spanOf(2, 2, { endTimeUnixNano: '1700000009000000000' })]);
    send(viewer, [spanOf(3, 3, { status: { code: 2 } })]);
    expect(await idsOf(viewer, query)).toEqual(expected);
  });

  it('says whether there are more', async () => {
    const viewer = await startWith([spanOf(1, 1), spanOf(2, 1)]);
    expect((await viewer.ask({ path: '/api/traces?limit=1' })).json().after).toBe(idOf(2, 32));
    expect((await viewer.ask({ path: '/api/traces?limit=2' })).json()).not.toHaveProperty('after');
  });

  it.each(['sort=other', 'limit=0', 'limit=501', 'limit=x', 'limit=1.5'])(
    'refuses ?%s',
    async (query) => {
      const { ask } = await startViewer();
      expect((await ask({ path: `/api/traces?${query}` })).status).toBe(400);
    },
  );
});

describe('GET /api/traces/:id', () => {
  it('gives the columns of a trace, its texts and its logs', async () => {
    const viewer = await startWith([
      spanOf(1, 1, { attributes: [attribute('http.response.status_code', 502)], kind: 2 }),
      spanOf(1, 2, {
        parentSpanId: idOf(1, 16),
        links: [{ traceId: idOf(7, 32), spanId: idOf(8, 16) }],
      }),
    ]);
    const body = (await viewer.ask({ path: `/api/traces/${TRACE}` })).json();
    const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
    expect(body).toMatchObject({
      traceId: TRACE,
      spanCount: 2,
      base: '1700000000001000000',
      row: { id: TRACE, spanCount: 2 },
      resourceTable: [{ service: 'orders' }],
      links: [{ row: 1, traceId: idOf(7, 32), spanId: idOf(8, 16) }],
      logs: [],
    });
    expect(bytes(body.columns.spanIds).readBigUInt64LE(8)).toBe(2n);
    expect(bytes(body.columns.starts).readDoubleLE(8)).toBe(1_000_000);
    expect(bytes(body.columns.parents).readInt32LE(0)).toBe(-1);
    expect(bytes(body.columns.parents).readInt32LE(4)).toBe(0);
    expect([...bytes(body.columns.kinds)]).toEqual([2, 1]);
    expect(body.strings[bytes(body.columns.names).readUInt32LE(4)]).toBe('span 2');
    // The only fact: the status code of the first row.
    expect(bytes(body.facts.offsets).toString('hex')).toBe('000000000100000001000000');
    expect([...bytes(body.facts.facts)]).toEqual([5]);
    expect(bytes(body.facts.values).readUInt32LE(0)).toBe(502);
  });

  it.each(['', '/spans/0000000000000001'])('has no answer for an unknown trace%s', async (rest) => {
    const { ask } = await startViewer();
    expect((await ask({ path: `/api/traces/${TRACE}${rest}` })).status).toBe(404);
  });
});

describe('GET /api/traces/:id/spans/:span', () => {
  it('gives all details in OTLP/JSON, of both spans that share an id', async () => {
    const { ask } = await startWith([
      spanOf(1, 1, { kind: 3, name: 'client', attributes: [attribute('a', 'ü')] }),
      spanOf(1, 1, { kind: 2, name: 'server' }),
      spanOf(1, 2),
    ]);
    const body = (await ask({ path: `/api/traces/${TRACE}/spans/${idOf(1, 16)}` })).json();
    const [{ resource, scopeSpans }] = body.resourceSpans;
    expect(resource.attributes).toEqual([attribute('service.name', 'orders')]);
    expect(scopeSpans[0].scope).toEqual({ name: 'test' });
    expect(scopeSpans[0].spans).toEqual([
      spanOf(1, 1, { kind: 3, name: 'client', attributes: [attribute('a', 'ü')] }),
      spanOf(1, 1, { kind: 2, name: 'server' }),
    ]);
  });

  it('has no answer for an unknown span', async () => {
    const { ask } = await startWith([spanOf(1, 1)]);
    expect((await ask({ path: `/api/traces/${TRACE}/spans/${idOf(2, 16)}` })).status).toBe(404);
  });
});

describe('GET /api/traces/:id/context', () => {
  it('tells what other traces show', async () => {
    const viewer = await startViewer();
    send(viewer, [spanOf(1, 1), spanOf(2, 1)]);
    const { json } = await viewer.ask({ path: `/api/traces/${TRACE}/context` });
    expect(json()).toEqual({
      findings: [],
      usual: { sampleCount: 1, medianNanos: 1_000_000, medianTraceId: idOf(2, 32) },
    });
  });

  it('is in the text of a trace, and in the search', async () => {
    const viewer = await startViewer();
    for (let trace = 1; trace <= 8; trace++) send(viewer, [spanOf(trace, 1)]);
    send(viewer, [spanOf(9, 1, { endTimeUnixNano: '1700000009000000000' })]);
    const text = await viewer.ask({ path: `/t/${idOf(9, 32)}.txt` });
    expect(text.body.toString()).toContain('⚠ span 1 in orders took 9.00 s, usually 1.0 ms');
    const { traces } = (await viewer.ask({ path: '/api/traces?q=find:slow' })).json();
    expect(traces.map(({ id }: { id: string }) => id)).toEqual([idOf(9, 32)]);
  });

  it('says that there is no such trace', async () => {
    const viewer = await startViewer();
    expect((await viewer.ask({ path: `/api/traces/${TRACE}/context` })).status).toBe(404);
  });
});

describe('GET /t/:id.html', () => {
  const page = async () => ({
    gzip: gzipSync('<meta charset="utf-8"><div id="page"></div><script>1</script>'),
    policy: "default-src 'none'; connect-src 'self'",
  });

  it('is the page with all that it asks for, as a file', async () => {
    const viewer = await startViewer({ page });
    send(viewer, [spanOf(1, 1, { name: '</script><b>' }), spanOf(2, 2)]);
    const { status, headers, body } = await viewer.ask({ path: `/t/${TRACE}.html` });
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers['content-disposition']).toBe(`attachment; filename="trace-${TRACE}.html"`);
    const [, data = ''] = /id="saved-trace">(.*?)<\/script>/.exec(body.toString()) ?? [];
    const { trace, context, otlp, savedMillis, version } = JSON.parse(data);
    expect(trace).toEqual((await viewer.ask({ path: `/api/traces/${TRACE}` })).json());
    expect(context).toEqual((await viewer.ask({ path: `/api/traces/${TRACE}/context` })).json());
    expect(otlp.resourceSpans[0].scopeSpans[0].spans).toHaveLength(1);
    expect(savedMillis).toBeGreaterThan(1.7e12);
    expect(version).toMatch(/^\d/);
  });

  it('says what is missing: the trace, or the page', async () => {
    const viewer = await startViewer({ page });
    expect((await viewer.ask({ path: `/t/${TRACE}.html` })).status).toBe(404);
    const without = await startViewer();
    send(without, [spanOf(1, 1)]);
    const answer = await without.ask({ path: `/t/${TRACE}.html` });
    expect([answer.status, answer.body.toString()]).toEqual([
      404,
      expect.stringContaining('without a page'),
    ]);
  });
});

describe('GET /api/graph', () => {
  it('has the calls of the last minutes, which the search finds by their edges', async () => {
    let time = 0;
    const store = new TraceStore({ maxBytes: 1e7, maxTraces: 10 }, () => time);
    const viewer = await startViewer({ store });
    const failed = { kind: 3, status: { code: 2 } };
    const database = [attribute('db.system.name', 'postgresql'), attribute('db.namespace', 'shop')];
    send(viewer, [spanOf(1, 1, { ...failed, attributes: database }), spanOf(2, 1, { kind: 2 })]);
    time = 2_000;
    store.graph.settle(time, () => false);
    const { edges } = (await viewer.ask({ path: '/api/graph?minutes=60' })).json();
    expect(edges.map(({ from, to }: Record<string, string>) => `${from} > ${to}`)).toEqual([
      'caller > service orders',
      'service orders > database postgresql/shop',
    ]);
    const found = async (query: string): Promise<string[]> => {
      const path = `/api/traces?q=${encodeURIComponent(query)}`;
      return (await viewer.ask({ path })).json().traces.map(({ id }: { id: string }) => id);
    };
    expect(await found('edge="orders->postgresql/shop"')).toEqual([idOf(1, 32)]);
    expect(await found('edge.failed="orders->postgresql/shop"')).toEqual([idOf(1, 32)]);
    expect(await found('edge="caller->orders"')).toEqual([idOf(2, 32)]);
    expect(await found('edge.failed="caller->orders"')).toEqual([]);
  });

  it.each(['0', '61', '1.5', 'x', ''])('refuses %j minutes', async (minutes) => {
    const viewer = await startViewer();
    expect((await viewer.ask({ path: `/api/graph?minutes=${minutes}` })).status).toBe(400);
  });
});

describe('the pages of text', () => {
  it('show a trace as a tree', async () => {
    const { ask } = await startWith([
      spanOf(1, 1, { name: 'POST /orders' }),
      spanOf(1, 2, { name: 'reserve\u001b[31m items', parentSpanId: idOf(1, 16) }),
    ]);
    const { status, headers, body } = await ask({ path: `/t/${TRACE}.txt` });
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(body.toString()).toMatch(/POST \/orders[\s\S]*reserve/);
    expect(body.toString()).not.toContain('\u001b');
  });

  it('show what was found in a trace', async () => {
    const { ask } = await startWith([spanOf(1, 2, { name: 'reserve', parentSpanId: idOf(9, 16) })]);
    expect((await ask({ path: `/t/${TRACE}.txt` })).body.toString()).toContain(
      '⚠ 1 span names 1 parent that never came, the first is reserve in orders',
    );
  });

  it('list the newest traces with their addresses', async () => {
    const viewer = await startWith([
      spanOf(1, 1, { name: 'GET\n\u001b[31m/', status: { code: 2 } }),
    ]);
    const text = (await viewer.ask({ path: '/' })).body.toString();
    expect(text).toContain('kept 1 of 1 traces, 1 spans');
    expect(text).toMatch(
      new RegExp(
        `^22:13:20\\.001 ✗ +1\\.0 ms  orders  GET \\[31m/ .* http://127\\.0\\.0\\.1:${viewer.port}/t/${TRACE}\\.txt$`,
        'm',
      ),
    );
  });

  it('say that nothing has arrived', async () => {
    const { ask } = await startViewer();
    expect((await ask({ path: '/' })).body.toString()).toContain('No trace has arrived');
  });
});

describe('DELETE /api/traces', () => {
  it('drops everything', async () => {
    const { ask, store } = await startWith([spanOf(1, 1)]);
    const headers = { 'x-nestjs-traced': '1' };
    expect((await ask({ method: 'DELETE', path: '/api/traces', headers })).status).toBe(200);
    expect(store.counts().traces).toEqual({ seen: 0, kept: 0 });
  });
});

describe('the star of a trace', () => {
  it('is set and taken back', async () => {
    const { ask, store } = await startWith([spanOf(1, 1)]);
    const path = `/api/traces/${TRACE}/star`;
    const headers = { 'x-nestjs-traced': '1' };
    expect((await ask({ method: 'PUT', path, headers })).json()).toEqual({ isStarred: true });
    expect(store.get(TRACE)?.isStarred).toBe(true);
    expect((await ask({ method: 'DELETE', path, headers })).json()).toEqual({ isStarred: false });
    const other = `/api/traces/${idOf(9, 32)}/star`;
    expect((await ask({ method: 'PUT', path: other, headers })).status).toBe(404);
  });
});

describe('the server', () => {
  it.each([
    '/nowhere',
    '/api/traces/xyz',
    '/t/1.txt',
    '/api',
    '//api/traces',
    '/../etc/passwd',
    '/%2e%2e/x',
  ])('has no page %s', async (path) => {
    const { ask } = await startViewer();
    expect((await ask({ path })).status).toBe(404);
  });

  it('says which methods a path has', async () => {
    const { ask } = await startViewer();
    const headers = { 'x-nestjs-traced': '1' };
    const { status, headers: answered } = await ask({
      method: 'PATCH',
      path: '/api/traces',
      headers,
    });
    expect([status, answered.allow]).toEqual([405, 'GET, DELETE']);
  });

  it('answers HEAD without a body', async () => {
    const { ask } = await startViewer();
    for (const path of ['/', '/api/traces', '/api/export', '/api/stream']) {
      const { status, body } = await ask({ method: 'HEAD', path });
      expect([path, status, body.length]).toEqual([path, 200, 0]);
    }
  });

  it('reports a failure of its own, and answers the next request', async () => {
    const store = new TraceStore({ maxBytes: 1e6, maxTraces: 10 });
    const { ask, reports } = await startViewer({ store });
    const { counts } = store;
    store.counts = () => {
      throw new Error('broken');
    };
    expect((await ask({ path: '/' })).status).toBe(500);
    store.counts = counts;
    expect((await ask({ path: '/' })).status).toBe(200);
    expect(reports).toEqual(['The trace viewer failed to answer a request: Error: broken']);
  });

  it('says that its port is taken', async () => {
    const { port } = await startViewer();
    await expect(startViewer({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
