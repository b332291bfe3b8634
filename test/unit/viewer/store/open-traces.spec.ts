import { describe, expect, it } from '@jest/globals';
import { RowFlag } from '../../../../lib/viewer/analysis/trace-columns.js';
import { assembledState } from '../../../../lib/viewer/store/assembly.js';
import { HeldOrigins } from '../../../../lib/viewer/store/held-origins.js';
import { OriginTable } from '../../../../lib/viewer/store/origin-table.js';
import { ProcessReports } from '../../../../lib/viewer/store/process-reports.js';
import type { TraceEntry } from '../../../../lib/viewer/store/trace-entry.js';
import {
  heartbeatOf,
  idOf,
  openSpanOf,
  protobufRequest,
  requestOf,
  spanOf,
} from '../../../support/otlp-requests.js';
import { type TestStore, testStore } from '../../../support/stored-spans.js';

const INVENTORY = { 'service.name': 'inventory' };

function entryOf({ store }: TestStore, trace: number): TraceEntry {
  return store.get(idOf(trace, 32)) as TraceEntry;
}

function stateOf(test: TestStore, trace: number): string {
  test.store.sweep();
  return assembledState(entryOf(test, trace), test.store.nowMillis).state;
}

describe('a store with running spans', () => {
  it('keeps them without an end', () => {
    const test = testStore();
    expect(test.sendOpen([openSpanOf(1, 1)])).toBe(0);
    const entry = entryOf(test, 1);
    expect([...entry.columns().ends]).toEqual([NaN]);
    expect(entry.outline()).toMatchObject({ start: 0, end: 0, mainRow: 0 });
    expect(entry.runningCount).toBe(1);
    expect(stateOf(test, 1)).toBe('running');
    expect(test.store.counts()).toMatchObject({ running: 1, spans: { received: 1, stored: 1 } });
  });

  it('takes only spans that are sent as running for such', () => {
    const test = testStore();
    test.send([openSpanOf(1, 1)]);
    test.sendOpen([spanOf(2, 1)]);
    expect([entryOf(test, 1).runningCount, entryOf(test, 2).runningCount]).toEqual([0, 0]);
    expect([...entryOf(test, 2).columns().ends]).toEqual([1_000_000]);
  });

  it('replaces a running span by its end, and counts every span', () => {
    const test = testStore();
    test.sendOpen([openSpanOf(1, 1), openSpanOf(1, 2)]);
    test.send([spanOf(1, 1, { name: 'renamed' })]);
    const entry = entryOf(test, 1);
    expect([entry.spanCount, entry.runningCount, entry.nameOf(0)]).toEqual([2, 1, 'renamed']);
    expect([...entry.columns().ends]).toEqual([1_000_000, NaN]);
    test.send([spanOf(1, 2)]);
    expect(stateOf(test, 1)).toBe('arriving');
    expect(test.store.counts()).toMatchObject({
      running: 0,
      spans: { received: 4, stored: 2, duplicate: 2 },
    });
  });

  it('lets the end win, whichever arrives first', () => {
    const test = testStore();
    test.send([spanOf(1, 1)]);
    test.sendOpen([openSpanOf(1, 1)]);
    expect(test.sendOpen([heartbeatOf(1, 1)])).toBe(0);
    expect(entryOf(test, 1).runningCount).toBe(0);
    expect([...entryOf(test, 1).columns().ends]).toEqual([1_000_000]);
  });

  it('replaces a running span by a later state of it', () => {
    const test = testStore();
    test.sendOpen([openSpanOf(1, 1)]);
    test.sendOpen([openSpanOf(1, 1, { name: 'GET /orders' })]);
    expect(entryOf(test, 1).nameOf(0)).toBe('GET /orders');
    expect(entryOf(test, 1).runningCount).toBe(1);
  });

  it('ends a running span whose end has the same bytes', () => {
    const test = testStore();
    test.sendOpen([openSpanOf(1, 1)]);
    test.send([openSpanOf(1, 1)]);
    expect(entryOf(test, 1).runningCount).toBe(0);
    expect([...entryOf(test, 1).columns().ends]).toEqual([0]);
  });

  it('refuses a heartbeat of a span that it does not have, so that the span is sent', () => {
    const test = testStore();
    test.sendOpen([openSpanOf(1, 1)]);
    expect(test.sendOpen([heartbeatOf(1, 1), heartbeatOf(1, 2), heartbeatOf(2, 1)])).toBe(2);
    expect(test.store.counts().spans).toMatchObject({ received: 1, refused: 0 });
    expect(entryOf(test, 2)).toBeUndefined();
  });

  it('does not ask for spans of a trace that it has dropped', () => {
    const test = testStore();
    test.sendOpen([openSpanOf(1, 1)]);
    test.store.clear();
    expect(test.sendOpen([heartbeatOf(1, 1)])).toBe(0);
    expect(test.store.counts().running).toBe(0);
  });

  it('ends running spans now, by the wall clock', () => {
    const test = testStore();
    test.sendOpen([openSpanOf(1, 1)]);
    test.time += 3_000;
    // The span began a millisecond after the clock.
    expect(test.store.endOf(entryOf(test, 1))).toBe(2_999e6);
    test.send([spanOf(1, 1)]);
    expect(test.store.endOf(entryOf(test, 1))).toBe(1e6);
  });

  it('says after five seconds without a report that a process has gone', () => {
    const test = testStore();
    test.sendOpen([openSpanOf(1, 1)]);
    test.time += 4_000;
    test.sendOpen([heartbeatOf(1, 1)]);
    test.time += 4_999;
    expect(stateOf(test, 1)).toBe('running');
    const { revision } = test.store;
    test.time += 300;
    expect(stateOf(test, 1)).toBe('incomplete');
    const entry = entryOf(test, 1);
    expect(test.store.revision).toBeGreaterThan(revision);
    expect([entry.runningCount, entry.silentCount]).toEqual([0, 1]);
    expect(entry.columns().flags[0]).toBe(RowFlag.PROCESS_GONE);
    test.time += 60_000;
    // It was heard of four seconds after the clock began.
    expect(test.store.endOf(entry)).toBe(3_999e6);
  });

  it('takes that back when the process reports again, as after a breakpoint', () => {
    const test = testStore();
    test.sendOpen([openSpanOf(1, 1)]);
    test.time += 10_000;
    expect(stateOf(test, 1)).toBe('incomplete');
    test.sendOpen([heartbeatOf(1, 1)]);
    expect(stateOf(test, 1)).toBe('running');
    expect(entryOf(test, 1).columns().flags[0]).toBe(0);
    test.time += 10_000;
    expect(stateOf(test, 1)).toBe('incomplete');
  });

  it.each([
    ['names other spans', [openSpanOf(2, 9)]],
    ['names none', []],
  ])('says that an end got lost where the process reports and %s', (_case, spans) => {
    const test = testStore();
    test.sendOpen([openSpanOf(1, 1)]);
    test.time += 1_000;
    test.sendOpen(spans);
    test.time += 4_500;
    expect(stateOf(test, 1)).toBe('incomplete');
    const { flags, ends } = entryOf(test, 1).columns();
    // The span began a millisecond after the clock, when it was named last.
    expect([flags[0], ends[0]]).toEqual([RowFlag.END_LOST, 0]);
    test.sendOpen([heartbeatOf(1, 1)]);
    expect([stateOf(test, 1), entryOf(test, 1).columns().ends[0]]).toEqual(['running', NaN]);
  });

  it('does not take the report of another process for one of the process', () => {
    const test = testStore();
    test.sendOpen([openSpanOf(1, 1)]);
    test.time += 5_000;
    test.sendOpen([openSpanOf(2, 1)], INVENTORY);
    expect(stateOf(test, 1)).toBe('incomplete');
    expect(entryOf(test, 1).columns().flags[0]).toBe(RowFlag.PROCESS_GONE);
  });

  it('takes a late end of a span that it had given up', () => {
    const test = testStore();
    test.sendOpen([openSpanOf(1, 1)]);
    test.time += 10_000;
    test.store.sweep();
    test.send([spanOf(1, 1)]);
    expect(entryOf(test, 1).silentCount).toBe(0);
    expect(entryOf(test, 1).columns().flags[0]).toBe(0);
    test.time += 10_000;
    expect(stateOf(test, 1)).toBe('complete');
  });

  it('keeps running traces longer than others of their group', () => {
    const test = testStore(256 * 2 ** 20, 30);
    test.sendOpen([openSpanOf(1, 1, { name: 'GET' })]);
    for (let trace = 2; trace < 100; trace++) {
      test.send([spanOf(trace, 1, { name: 'GET', endTimeUnixNano: '1700000009000000000' })]);
    }
    expect(entryOf(test, 1)).toBeDefined();
    test.send([spanOf(1, 1, { name: 'GET' })]);
    for (let trace = 100; trace < 200; trace++) test.send([spanOf(trace, 1, { name: 'GET' })]);
    expect(entryOf(test, 1)).toBeUndefined();
  });

  it('stores nothing of a body that cannot be read', () => {
    const { store } = testStore();
    expect(store.receiveOpenTraces(Buffer.from('words')).isReadable).toBe(false);
    expect(store.counts().spans.received).toBe(0);
  });
});

describe('ProcessReports', () => {
  it('looks for silent spans a few times a second, and only where there are running ones', () => {
    const test = testStore();
    const reports = new ProcessReports();
    test.sendOpen([openSpanOf(1, 1)]);
    const entry = entryOf(test, 1);
    reports.watch(entry);
    expect(reports.runningCount).toBe(1);
    expect(reports.sweep(5_900, 1.7e12)).toEqual([]);
    expect(reports.sweep(6_000, 1.7e12)).toEqual([]);
    expect(reports.sweep(6_150, 1.7e12)).toEqual([entry]);
    expect(reports.sweep(7_000, 1.7e12)).toEqual([]);
    reports.watch(entry);
    reports.forget(entry);
    expect(reports.runningCount).toBe(0);
  });
});

describe('HeldOrigins', () => {
  it('holds origins until they are released, and tells of scopes without spans', () => {
    const table = new OriginTable();
    const begun: string[] = [];
    const held = new HeldOrigins(
      table,
      () => {},
      ({ resource }) => begun.push(resource.facts.service),
    );
    const skimmed = {
      resource: protobufRequest(requestOf([])).subarray(0, 0),
      resourceSchemaUrl: '',
      scope: Buffer.alloc(0),
      scopeSchemaUrl: '',
    };
    held.beginScope(skimmed);
    expect([table.size, begun]).toEqual([1, ['']]);
    held.release();
    expect(table.size).toBe(0);
  });
});
