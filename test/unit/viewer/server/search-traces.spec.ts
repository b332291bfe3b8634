import { describe, expect, it } from '@jest/globals';
import { jsonToProtobuf } from '../../../../lib/viewer/otlp/json-to-protobuf.js';
import { LOGS_REQUEST } from '../../../../lib/viewer/otlp/otlp-schema.js';
import { compileQuery, parseQuery } from '../../../../lib/viewer/query/index.js';
import { searchedTrace, searchTraces } from '../../../../lib/viewer/server/search-traces.js';
import { orderedTraces } from '../../../../lib/viewer/server/trace-row.js';
import type { TraceEntry } from '../../../../lib/viewer/store/trace-entry.js';
import type { TraceStore } from '../../../../lib/viewer/store/trace-store.js';
import {
  attribute,
  idOf,
  protobufRequest,
  requestOf,
  spanOf,
} from '../../../support/otlp-requests.js';
import { testStore } from '../../../support/stored-spans.js';
import { viewersOfTest } from '../../../support/viewer-servers.js';

const startViewer = viewersOfTest();

function filledStore() {
  const test = testStore();
  const { store, send } = test;
  send([
    spanOf(1, 1, {
      name: 'POST /orders',
      kind: 2,
      attributes: [attribute('tenant', 'a'), attribute('http.response.status_code', 502)],
    }),
    spanOf(1, 2, { name: 'reserve', kind: 3, parentSpanId: idOf(1, 16), status: { code: 2 } }),
  ]);
  send([spanOf(1, 3, { name: 'Stock/Reserve', kind: 2, parentSpanId: idOf(2, 16) })], {
    'service.name': 'stock',
    'host.name': 'box',
  });
  send([spanOf(2, 1, { name: 'GET /health', endTimeUnixNano: '1700000000200000000' })]);
  send([
    spanOf(3, 1, { name: 'work', events: [{ name: 'e', attributes: [attribute('retry', 3)] }] }),
  ]);
  const logRecords = [{ traceId: idOf(3, 32), spanId: idOf(1, 16), body: { stringValue: 'x' } }];
  const logs = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  store.receiveLogs(jsonToProtobuf(Buffer.from(logs), LOGS_REQUEST) as Buffer);
  return test;
}

function compiled(text: string) {
  const { query } = parseQuery(text);
  if (query === undefined) throw new Error(`Not a query: ${text}`);
  const { matches } = compileQuery(query);
  return {
    matches: (entry: TraceEntry, store: TraceStore) => matches(searchedTrace(entry, store)),
  };
}

describe('searchTraces', () => {
  it.each<[string, number[]]>([
    ['', [3, 2, 1]],
    ['service:stock', [1]],
    ['status:error', [1]],
    ['http.response.status_code>=500', [1]],
    ['tenant=a', [1]],
    ['host.name=box', [1]],
    ['retry=3', [3]],
    ['has:logs', [3]],
    ['duration>100ms', [2]],
    ['root:health', [2]],
    ['edge:orders->stock', [1]],
    ['find:handled', []],
    ['-{service:stock}', [3, 2]],
    ['nothing', []],
  ])('finds by %s', async (text, expected) => {
    const { store } = filledStore();
    const entries = orderedTraces(store, 'newest');
    const { found, hasMore } = await searchTraces(entries, compiled(text), 10, store);
    expect(found.map(({ id }) => Number.parseInt(id, 16))).toEqual(expected);
    expect(hasMore).toBe(false);
  });

  it('finds by what the analysis finds', async () => {
    const { store, send } = filledStore();
    send([spanOf(4, 1), spanOf(4, 2, { parentSpanId: idOf(9, 16) })]);
    const entries = orderedTraces(store, 'newest');
    const { found } = await searchTraces(entries, compiled('find:parents-missing'), 10, store);
    expect(found.map(({ id }) => id)).toEqual([idOf(4, 32)]);
  });

  it('stops when there are enough, and says whether there are more', async () => {
    const { store } = filledStore();
    const entries = orderedTraces(store, 'newest');
    expect(await searchTraces(entries, compiled(''), 2, store)).toMatchObject({ hasMore: true });
    expect(await searchTraces(entries, compiled(''), 3, store)).toMatchObject({ hasMore: false });
    const { found } = await searchTraces(entries, compiled(''), 2, store);
    expect(found).toHaveLength(2);
  });

  it('lets the event loop turn, and ends when nobody waits', async () => {
    const { store, send } = testStore();
    for (let trace = 1; trace <= 50; trace++) send([spanOf(trace, 1)]);
    const slow = {
      matches: () => {
        const end = performance.now() + 5;
        while (performance.now() < end);
        return false;
      },
      matchesRow: () => false,
    };
    let turns = 0;
    const isWanted = () => ++turns < 3;
    await searchTraces(orderedTraces(store, 'newest'), slow, 10, store, isWanted);
    expect(turns).toBe(3);
  });

  it('passes over traces that are dropped meanwhile', async () => {
    const { store } = filledStore();
    const entries = orderedTraces(store, 'newest');
    store.clear();
    expect(await searchTraces(entries, compiled(''), 10, store)).toEqual({
      found: [],
      hasMore: false,
    });
  });
});

describe('searchedTrace', () => {
  it('reads no facts unless a query asks for them', () => {
    const { store } = filledStore();
    const entry = store.get(idOf(1, 32)) as TraceEntry;
    const before = entry.columns().strings.length;
    expect(compiled('service:stock').matches(entry, store)).toBe(true);
    expect(entry.columns().strings).toHaveLength(before);
    expect(compiled('http.response.status_code=502').matches(entry, store)).toBe(true);
    expect(entry.columns().facts.facts.length).toBeGreaterThan(0);
  });
});

describe('GET /api/traces?q', () => {
  it('lists the traces that match', async () => {
    const { ask, store } = await startViewer();
    store.receiveTraces(
      protobufRequest(requestOf([spanOf(1, 1), spanOf(2, 1, { name: 'other' })])),
    );
    const { traces } = (
      await ask({ path: `/api/traces?q=${encodeURIComponent('name=other')}` })
    ).json();
    expect(traces).toMatchObject([{ id: idOf(2, 32) }]);
  });

  it('says where a query is wrong', async () => {
    const { ask } = await startViewer();
    const { status, json } = await ask({ path: `/api/traces?q=${encodeURIComponent('a (b')}` });
    expect([status, json()]).toEqual([
      400,
      { error: expect.objectContaining({ column: expect.any(Number) }) },
    ]);
  });
});
