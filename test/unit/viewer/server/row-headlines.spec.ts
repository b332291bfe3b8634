import { describe, expect, it } from '@jest/globals';
import { RowHeadlines } from '../../../../lib/viewer/server/row-headlines.js';
import type { TraceEntry } from '../../../../lib/viewer/store/trace-entry.js';
import { attribute, idOf, type OtlpMembers, spanOf } from '../../../support/otlp-requests.js';
import { testStore } from '../../../support/stored-spans.js';

const millis = (count: number): string =>
  String(1_700_000_000_000_000_000n + BigInt(count) * 1_000_000n);

const between = (from: number, to: number): OtlpMembers => ({
  startTimeUnixNano: millis(from),
  endTimeUnixNano: millis(to),
});

function headlineOf(spans: readonly OtlpMembers[]) {
  const { store, send } = testStore();
  send(spans);
  return new RowHeadlines().headlineOf([...store.entries()][0] as never);
}

const root = (members: OtlpMembers = {}): OtlpMembers =>
  spanOf(1, 1, { name: 'GET /orders', kind: 2, ...between(0, 100), ...members });

const query = (span: number, from: number, to: number, members: OtlpMembers = {}): OtlpMembers =>
  spanOf(1, span, {
    name: 'SELECT items',
    kind: 3,
    parentSpanId: idOf(1, 16),
    attributes: [attribute('db.query.summary', 'SELECT items')],
    ...between(from, to),
    ...members,
  });

describe('the sentence of a row', () => {
  it('says why a trace failed, before anything else', () => {
    const queries = Array.from({ length: 6 }, (_, i) => query(i + 2, i * 16, i * 16 + 15));
    expect(headlineOf([root({ status: { code: 2, message: 'No stock' } }), ...queries])).toEqual({
      kind: 'failed',
      text: expect.stringContaining('No stock'),
    });
  });

  it('says what can be improved', () => {
    const queries = Array.from({ length: 6 }, (_, i) => query(i + 2, i * 16, i * 16 + 15));
    expect(headlineOf([root(), ...queries])).toEqual({
      kind: 'finding',
      text: expect.stringMatching(/^6 × SELECT items in orders/),
    });
  });

  it('says where the time went, if a finding is about little of it', () => {
    const queries = Array.from({ length: 6 }, (_, i) => query(i + 2, i, i + 1));
    const long = query(9, 10, 95, { name: 'render', kind: 1, attributes: [] });
    expect(headlineOf([root(), ...queries, long])).toEqual({
      kind: 'slow',
      text: '85 of 100 ms: render in orders',
    });
  });

  it('names what a running trace waits for, without a time that would grow old', () => {
    const test = testStore();
    test.time += 100;
    test.sendOpen([root({ endTimeUnixNano: '0' }), query(2, 10, 0, { endTimeUnixNano: '0' })]);
    const [entry] = test.store.entries();
    const headlineOf = () =>
      new RowHeadlines((each) => test.store.endOf(each)).headlineOf(entry as TraceEntry);
    expect(headlineOf()).toEqual({ kind: 'running', text: 'Running: SELECT items in orders' });
    test.time += 6_000;
    test.store.sweep();
    expect(headlineOf()).toEqual({
      kind: 'running',
      text: expect.stringMatching(/^Its process has gone after .*, in SELECT items in orders for /),
    });
  });

  it('is missing where there is nothing to say', () => {
    expect(headlineOf([root()])).toBeUndefined();
  });
});

describe('RowHeadlines', () => {
  it('computes a sentence once for each state of a trace', () => {
    const { store, send } = testStore();
    send([root()]);
    const [entry] = store.entries();
    if (entry === undefined) throw new Error('No trace');
    const headlines = new RowHeadlines();
    expect([headlines.isKnown(entry), headlines.known(entry)]).toEqual([false, undefined]);
    headlines.headlineOf(entry);
    expect(headlines.isKnown(entry)).toBe(true);
    send([query(2, 0, 90)]);
    expect(headlines.isKnown(entry)).toBe(false);
    const headline = headlines.headlineOf(entry);
    expect(headline).toMatchObject({ kind: 'slow' });
    expect(headlines.headlineOf(entry)).toBe(headline);
    expect(headlines.known(entry)).toBe(headline);
  });
});
