import { describe, expect, it } from '@jest/globals';
import type { AnyValue } from '../../../../lib/viewer/analysis/span-record.js';
import { nameOf, RowFlag } from '../../../../lib/viewer/analysis/trace-columns.js';
import { compileQuery } from '../../../../lib/viewer/query/match.js';
import { parseQuery } from '../../../../lib/viewer/query/parse.js';
import type { SearchedTrace } from '../../../../lib/viewer/query/searched-trace.js';
import { recordedException } from '../../../support/recorded-exception.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

const link = { traceId: 'b'.repeat(32), spanId: '00000000000000ff' };
const columns = traceOfLines(
  `
  GET /orders [server] @gateway 0-400
    POST [client failed] @gateway 10-300
      reserve [failed] @inventory 20-200
    SELECT items [client] @orders 310-311
    job @worker 320-`,
  {
    'GET /orders': { attributes: { 'http.response.status_code': 502 }, links: [link] },
    POST: { statusMessage: 'The gateway is closed' },
    reserve: recordedException('OfflineError', 'No answer'),
    'SELECT items': { attributes: { 'db.statement': 'SELECT * FROM items' } },
    job: { parentSpanId: '00000000000000ee' },
  },
);
const ATTRIBUTES: Record<string, AnyValue>[] = [
  { 'user.id': 42, 'host.name': 'one', nothing: null },
  { tags: ['red', 'blue'], big: 2n ** 60n },
  { 'user.id': '42' },
  {},
  {},
];
const TRACE: SearchedTrace = {
  columns,
  rootRow: 0,
  nowNanos: 500e6,
  attributeOf: (row, key) => ATTRIBUTES[row]?.[key],
  hasLogs: (row) => row === 3,
  findings: () => ['repeated-call'],
  edges: () => [
    { from: 'gateway', to: 'inventory', isFailed: true },
    { from: 'gateway', to: 'orders', isFailed: false },
  ],
  run: 2,
};

function compiled(text: string) {
  const { query, error } = parseQuery(text);
  if (query === undefined) throw new Error(error.message);
  return compileQuery(query);
}

/** The names of the spans that a query is about. */
function rowsOf(text: string, trace = TRACE): string[] {
  const query = compiled(text);
  const rows = Array.from({ length: trace.columns.spanCount }, (_, row) => row);
  return rows
    .filter((row) => query.matchesRow(trace, row))
    .map((row) => nameOf(trace.columns, row));
}

const matches = (text: string, trace = TRACE): boolean => compiled(text).matches(trace);
const ALL = ['GET /orders', 'POST', 'reserve', 'SELECT items', 'job'];

describe('a query about spans', () => {
  it('does not take a span that nothing is heard of for running', () => {
    const silent = traceOfLines('A 0-\n  B 1-');
    silent.flags.set([RowFlag.PROCESS_GONE]);
    expect(rowsOf('is:running', { columns: silent, rootRow: 0, nowNanos: 5e6 })).toEqual(['B']);
  });

  it.each<[string, string[]]>([
    ['', ALL],
    ['service:GATE', ['GET /orders', 'POST']],
    ['service=gate', []],
    ['service=gateway', ['GET /orders', 'POST']],
    ['service!=gateway', ['reserve', 'SELECT items', 'job']],
    ['-service:gateway', ['reserve', 'SELECT items', 'job']],
    ['name~"^(get|select) "', ['GET /orders', 'SELECT items']],
    ['kind:client', ['POST', 'SELECT items']],
    ['kind!=client', ['GET /orders', 'reserve', 'job']],
    ['status:error', ['POST', 'reserve']],
    ['status:ERROR service:gateway', ['POST']],
    ['duration>=180ms', ['GET /orders', 'POST', 'reserve', 'job']],
    ['duration:1ms', ['SELECT items']],
    ['duration!=1ms duration<200ms', ['reserve', 'job']],
    ['is:running', ['job']],
    ['is!=running is:root', ['GET /orders']],
    ['is:failed', ['POST', 'reserve']],
    ['is:orphan', ['job']],
    ['has:logs', ['SELECT items']],
    ['has:exception', ['reserve']],
    ['has:links', ['GET /orders']],
    ['id:0000000000000002', ['POST']],
    ['parent=0000000000000002', ['reserve']],
    ['message:closed', ['POST']],
    ['http.response.status_code>=500', ['GET /orders']],
    ['http.response.status_code=502', ['GET /orders']],
    ['db.query.text:from', ['SELECT items']],
    ['user.id=42', ['GET /orders', 'reserve']],
    ['user.id>41', ['GET /orders', 'reserve']],
    ['user.id!=42', []],
    ['host.name:ON', ['GET /orders']],
    ['nothing:null', []],
    ['tags=blue', ['POST']],
    ['tags=red', ['POST']],
    ['tags!=red', []],
    ['tags!=green', ['POST']],
    ['big=1152921504606846976', ['POST']],
    ['gateway', ['GET /orders', 'POST']],
    ['"is closed"', ['POST']],
    ['offline', ['reserve']],
    ['0000000000000003', ['reserve']],
    ['aaaa', ALL],
    ['status:error OR kind:server', ['GET /orders', 'POST', 'reserve']],
    ['(kind:client OR kind:server) -status:error', ['GET /orders', 'SELECT items']],
    ['{status:error} {kind:server}', ['GET /orders', 'POST', 'reserve']],
    ['{status:error} kind:server', ['GET /orders', 'POST', 'reserve']],
    ['trace:aaaa', ALL],
    ['trace.spans=5 kind:server', ['GET /orders']],
  ])('%p', (query, names) => expect(rowsOf(query)).toEqual(names));
});

describe('a query about a trace', () => {
  it.each([
    ['', true],
    ['service:gateway status:error', true],
    ['service:orders status:error', false],
    ['{service:orders} {status:error}', true],
    ['{service:orders} {status:ok}', false],
    ['{service:orders} status:error duration>250ms', true],
    ['{service:orders} status:error duration>350ms', false],
    ['-service:gateway', true],
    ['-{service:gateway}', false],
    ['-{service:health}', true],
    ['{service:nobody} OR {service:orders}', true],
    ['trace.duration>399ms', true],
    ['trace.duration>400ms', false],
    ['trace.spans:5', true],
    ['trace.services>=4', true],
    ['trace.services>4', false],
    ['trace.failed=2', true],
    ['root:orders', true],
    ['root:post', false],
    ['find:n+1', true],
    ['find:twice', false],
    ['find!=twice', true],
    ['edge:gate->inv', true],
    ['edge=gate->inv', false],
    ['edge=gateway->inventory', true],
    ['edge!=gateway->inventory', false],
    ['edge="gateway->orders"', true],
    ['edge.failed=gateway->orders', false],
    ['edge.failed:gate->inv', true],
    ['run:2', true],
    ['run>2', false],
  ])('%p is %p', (query, result) => expect(matches(query)).toBe(result));

  it('does not know what it cannot ask', () => {
    const bare = { columns, rootRow: 0, nowNanos: 0 };
    for (const query of ['has:logs', 'find:n+1', 'edge:a->b', 'run:2', 'user.id:42']) {
      expect(matches(query, bare)).toBe(false);
    }
  });

  it('has no span to match in a trace without spans', () => {
    const empty = { columns: traceOfLines(''), rootRow: -1, nowNanos: 0 };
    expect(['', 'a', 'trace.spans=0'].map((query) => matches(query, empty))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('asks for what is expensive only if the rest fits, and once', () => {
    const asked: string[] = [];
    const trace: SearchedTrace = {
      ...TRACE,
      attributeOf: (row, key) => {
        asked.push(`${key} of ${row}`);
        return undefined;
      },
      findings: () => {
        asked.push('findings');
        return [];
      },
    };
    expect(matches('user.id:1 service:inventory', trace)).toBe(false);
    expect(asked).toEqual(['user.id of 2']);
    asked.length = 0;
    expect(matches('find:n+1 kind:client', trace)).toBe(false);
    expect(matches('kind:consumer find:n+1', trace)).toBe(false);
    expect(matches('{find:n+1} {kind:consumer}', trace)).toBe(false);
    expect(asked).toEqual(['findings']);
  });

  it('is quick for 100,000 spans', () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `  op${i % 100} 1-2`).join('\n');
    const trace = { columns: traceOfLines(`GET 0-10\n${lines}`), rootRow: 0, nowNanos: 0 };
    const startMillis = performance.now();
    expect(matches('name:op99 trace.failed=0 duration>5ms', trace)).toBe(false);
    expect(performance.now() - startMillis).toBeLessThan(10_000);
  });
});
