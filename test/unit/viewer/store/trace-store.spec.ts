import { describe, expect, it } from '@jest/globals';
import { jsonToProtobuf } from '../../../../lib/viewer/otlp/json-to-protobuf.js';
import { LOGS_REQUEST } from '../../../../lib/viewer/otlp/otlp-schema.js';
import { assembledState } from '../../../../lib/viewer/store/assembly.js';
import { OriginTable } from '../../../../lib/viewer/store/origin-table.js';
import type { TraceEntry } from '../../../../lib/viewer/store/trace-entry.js';
import { TraceLogs } from '../../../../lib/viewer/store/trace-logs.js';
import {
  attribute,
  idOf,
  protobufRequest,
  requestOf,
  spanOf,
} from '../../../support/otlp-requests.js';
import { testStore } from '../../../support/stored-spans.js';

describe('TraceStore', () => {
  it('puts the spans of a request into their traces', () => {
    const { store, send } = testStore();
    send([spanOf(1, 1), spanOf(2, 2), spanOf(1, 3)]);
    expect([...store.entries()].map(({ id, spanCount }) => [id, spanCount])).toEqual([
      [idOf(1, 32), 2],
      [idOf(2, 32), 1],
    ]);
    expect(store.counts()).toMatchObject({
      spans: { received: 3, stored: 3, duplicate: 0, refused: 0, evicted: 0 },
      traces: { seen: 2, kept: 2 },
    });
  });

  it('says what it has refused', () => {
    const { store } = testStore();
    const request = protobufRequest(requestOf([spanOf(1, 1), spanOf(1, 2, { spanId: '' })]));
    expect(store.receiveTraces(request)).toEqual({ isReadable: true, refusedCount: 1 });
    expect(store.receiveTraces(Buffer.from('words'))).toEqual({
      isReadable: false,
      refusedCount: 0,
    });
    expect(store.counts().spans).toMatchObject({ received: 2, stored: 1, refused: 1 });
  });

  it('keeps no bytes of the request', () => {
    const { store } = testStore();
    const request = protobufRequest(requestOf([spanOf(1, 1)]));
    store.receiveTraces(request);
    request.fill(0xff);
    const entry = store.get(idOf(1, 32)) as TraceEntry;
    expect(entry.read(0)).toMatchObject({
      name: 'span 1',
      resource: { attributes: { 'service.name': 'orders' } },
      scope: { name: 'test' },
    });
  });

  it('counts late spans of a dropped trace, and does not begin it again', () => {
    const { store, send } = testStore(256 * 2 ** 20, 1);
    send([spanOf(1, 1)]);
    send([spanOf(2, 1)]);
    send([spanOf(1, 2)]);
    expect(store.get(idOf(1, 32))).toBeUndefined();
    expect(store.counts()).toMatchObject({
      spans: { received: 3, stored: 1, evicted: 2 },
      traces: { seen: 2, kept: 1 },
    });
  });

  it('tells which traces have changed and which are gone since a revision', () => {
    const { store, send } = testStore(256 * 2 ** 20, 2);
    send([spanOf(1, 1)]);
    const revision = store.revision;
    send([spanOf(2, 1)]);
    send([spanOf(3, 1)]);
    const changed = [...store.entries()].filter((entry) => entry.revision > revision);
    expect(changed.map(({ id }) => id)).toEqual([idOf(2, 32), idOf(3, 32)]);
    expect(store.evictionsSince(revision)?.map(({ id }) => id)).toEqual([idOf(1, 32)]);
    expect(store.evictionsSince(store.revision)).toEqual([]);
  });

  it('does not tell evictions that it has forgotten', () => {
    const { store, send } = testStore(256 * 2 ** 20, 1);
    for (let trace = 1; trace <= 10_010; trace++) send([spanOf(trace, 1)]);
    expect(store.evictionsSince(0)).toBeUndefined();
    expect(store.evictionsSince(store.revision - 4)).toHaveLength(2);
  });

  it('forgets everything but the ids of traces on request', () => {
    const { store, send } = testStore();
    send([spanOf(1, 1), spanOf(2, 1)]);
    const revision = store.revision;
    store.clear();
    expect(store.counts()).toMatchObject({
      spans: { received: 0, stored: 0, duplicate: 0, refused: 0, evicted: 0 },
      traces: { seen: 0, kept: 0 },
    });
    expect(store.evictionsSince(revision)).toHaveLength(2);
    send([spanOf(1, 2), spanOf(3, 1)]);
    expect(store.counts().spans).toMatchObject({ received: 2, stored: 1, evicted: 1 });
  });

  it('takes a trace with a megabyte in each attribute, and one with 100,000 names', () => {
    const { store, send } = testStore(64 * 2 ** 20);
    for (let span = 1; span <= 20; span++) {
      send([spanOf(1, span, { attributes: [attribute('text', 'x'.repeat(2 ** 20))] })]);
    }
    const names = Array.from({ length: 100_000 }, (_, i) =>
      spanOf(2, i + 1, { name: `name ${i}` }),
    );
    send(names);
    expect(store.byteCount).toBeLessThanOrEqual(64 * 2 ** 20);
    expect(store.get(idOf(2, 32))?.spanCount).toBe(100_000);
  });

  it('takes a trace that is 10,000 spans deep', () => {
    const { store, send } = testStore();
    send(
      Array.from({ length: 10_000 }, (_, i) =>
        spanOf(1, i + 1, i === 0 ? {} : { parentSpanId: idOf(i, 16) }),
      ),
    );
    const entry = store.get(idOf(1, 32)) as TraceEntry;
    expect(entry.gaps()).toEqual({ orphanCount: 0, cycleCount: 0 });
    expect(entry.columns().parents[9_999]).toBe(9_998);
  });
});

describe('assembledState', () => {
  const orphan = spanOf(1, 2, { parentSpanId: idOf(9, 16) });

  it.each([
    [1_999, 'arriving'],
    [2_000, 'complete'],
    [60_000, 'complete'],
  ])('is, %i ms after the last span of a whole trace, %s', (millis, state) => {
    const { store, send } = testStore();
    send([spanOf(1, 1)]);
    const entry = store.get(idOf(1, 32)) as TraceEntry;
    expect(assembledState(entry, 1_000 + millis).state).toBe(state);
  });

  it.each([
    [1_999, 'arriving'],
    [4_999, 'arriving'],
    [5_000, 'incomplete'],
  ])('is, %i ms after the last span of a trace with a missing parent, %s', (millis, state) => {
    const { store, send } = testStore();
    send([orphan]);
    const entry = store.get(idOf(1, 32)) as TraceEntry;
    expect(assembledState(entry, 1_000 + millis).state).toBe(state);
  });

  it('begins again with a late span, and tells what is missing', () => {
    const test = testStore();
    test.send([orphan]);
    const entry = test.store.get(idOf(1, 32)) as TraceEntry;
    expect(assembledState(entry, 9_000)).toEqual({
      state: 'incomplete',
      orphanCount: 1,
      cycleCount: 0,
    });
    test.time = 9_000;
    test.send([spanOf(1, 9)]);
    expect(assembledState(entry, 9_500).state).toBe('arriving');
    expect(assembledState(entry, 11_000)).toMatchObject({ state: 'complete', orphanCount: 0 });
  });
});

describe('OriginTable', () => {
  const skimmed = (service: string, scope: string) => ({
    resource: Buffer.from(service),
    resourceSchemaUrl: '',
    scope: Buffer.from(scope),
    scopeSchemaUrl: '',
  });

  it('has one object for equal bytes while somebody holds it', () => {
    const table = new OriginTable();
    const first = table.hold(skimmed('a', 's'));
    expect(table.hold(skimmed('a', 's'))).toBe(first);
    const other = table.hold(skimmed('a', 't'));
    expect(other).not.toBe(first);
    expect(other.resource).toBe(first.resource);
    table.holdAgain(other);
    for (const origin of [first, first, other, other]) table.release(origin);
    expect([table.size, table.byteCount]).toEqual([0, 0]);
  });

  it('does not mix up resources and scopes whose bytes join to the same text', () => {
    const table = new OriginTable();
    expect(table.hold(skimmed('ab', 'c'))).not.toBe(table.hold(skimmed('b', 'ca')));
  });
});

describe('TraceLogs', () => {
  const origin = { resource: Buffer.alloc(10), scope: Buffer.alloc(0) };
  const log = (trace: number, text: string): Buffer =>
    Buffer.concat([
      Buffer.from(`4a10${idOf(trace, 32)}`, 'hex'),
      Buffer.from([0x1a, text.length]),
      Buffer.from(text),
    ]);
  const textsOf = (logs: TraceLogs, trace: number) =>
    logs.ofTrace(idOf(trace, 32)).map(({ severityText }) => severityText);

  it('keeps the latest records, by trace', () => {
    const logs = new TraceLogs({ maxLogs: 4, maxBytes: 1e6 });
    for (let i = 1; i <= 9; i++) logs.add(log((i % 2) + 1, `${i}`), origin);
    logs.add(Buffer.from('1a0130', 'hex'), origin);
    expect([textsOf(logs, 1), textsOf(logs, 2), logs.countOf(idOf(2, 32))]).toEqual([
      ['8'],
      ['7', '9'],
      2,
    ]);
    expect([logs.storedCount, logs.receivedCount]).toEqual([4, 10]);
  });

  it('stays within its bytes, also with one record that is too long', () => {
    const logs = new TraceLogs({ maxLogs: 1_000, maxBytes: 5_000 });
    for (let i = 0; i < 100; i++) logs.add(log(1, `${i}`), origin);
    expect(logs.byteCount).toBeLessThanOrEqual(5_000);
    expect(textsOf(logs, 1).at(-1)).toBe('99');
    logs.add(Buffer.alloc(6_000), origin);
    expect([logs.storedCount, logs.byteCount]).toEqual([0, 0]);
    logs.clear();
    expect(logs.receivedCount).toBe(0);
  });

  it('come from requests, and are counted', () => {
    const { store } = testStore();
    const logRecords = [
      { traceId: idOf(1, 32), spanId: idOf(2, 16), body: { stringValue: 'Reserved' } },
      { body: { stringValue: 'Started' } },
    ];
    const resource = { attributes: [attribute('service.name', 'orders')] };
    const text = JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] });
    const request = jsonToProtobuf(Buffer.from(text), LOGS_REQUEST) as Buffer;
    expect(store.receiveLogs(request)).toEqual({ isReadable: true, refusedCount: 0 });
    request.fill(0);
    expect(store.logs.ofTrace(idOf(1, 32))).toMatchObject([
      {
        body: 'Reserved',
        spanId: idOf(2, 16),
        resource: { attributes: { 'service.name': 'orders' } },
      },
    ]);
    expect(store.counts().logs).toEqual({ received: 2, stored: 2, evicted: 0 });
    expect(store.receiveLogs(Buffer.from('words')).isReadable).toBe(false);
  });
});
