import { describe, expect, it } from '@jest/globals';
import {
  columnsFromSpans,
  nameOf,
  RowFlag,
  serviceOf,
  type TraceColumns,
} from '../../../../lib/viewer/analysis/index.js';
import type { TraceEntry } from '../../../../lib/viewer/store/trace-entry.js';
import { attribute, idOf, type OtlpMembers, spanOf } from '../../../support/otlp-requests.js';
import { randomOfSeed } from '../../../support/random-of-seed.js';
import { testStore } from '../../../support/stored-spans.js';

function entryOf(spans: readonly OtlpMembers[]): TraceEntry {
  const { store, send } = testStore();
  send(spans);
  return store.get(idOf(1, 32)) as TraceEntry;
}

function child(span: number, parent: number, members: OtlpMembers = {}): OtlpMembers {
  return spanOf(1, span, { parentSpanId: idOf(parent, 16), ...members });
}

/** What the rows say, independent of their order and of the numbers of texts. */
function rowsOf(trace: TraceColumns): unknown[] {
  return Array.from({ length: trace.spanCount }, (_, row) => ({
    id: trace.spanIds[row],
    parentId: trace.parentIds[row],
    parent: trace.parents[row] === -1 ? undefined : trace.spanIds[trace.parents[row] as number],
    name: nameOf(trace, row),
    service: serviceOf(trace, row),
    resource: trace.resourceTable[trace.resources[row] as number],
    start: trace.base + BigInt(trace.starts[row] as number),
    end: trace.base + BigInt(trace.ends[row] as number),
    kind: trace.kinds[row],
    status: trace.statuses[row],
    flags: trace.flags[row],
  })).sort((a, b) => Number((a.id ?? 0n) - (b.id ?? 0n)) || (a.kind ?? 0) - (b.kind ?? 0));
}

describe('TraceEntry', () => {
  const spans = [
    spanOf(1, 1, { kind: 2, status: { code: 2 }, flags: 0x101 }),
    child(2, 1, { kind: 3, attributes: [attribute('http.request.method', 'GET')], flags: 0x101 }),
    child(3, 2, { kind: 2, flags: 0x301 }),
    child(4, 3),
    child(5, 99),
  ];

  it('is the trace that the analysis makes of the same spans, in any order of arrival', () => {
    const entry = entryOf(spans);
    const records = spans.map((_, row) => entry.read(row));
    const expected = rowsOf(columnsFromSpans(records));
    const random = randomOfSeed(1);
    for (let round = 0; round < 50; round++) {
      const shuffled = [...spans].sort(() => random() - 0.5);
      const { store, send } = testStore();
      for (const span of shuffled) send([span]);
      expect(rowsOf((store.get(idOf(1, 32)) as TraceEntry).columns())).toEqual(expected);
    }
  });

  it('counts times from its first span, exactly and also backwards', () => {
    const early = {
      startTimeUnixNano: '1699996400000000001',
      endTimeUnixNano: '1700003600000000007',
    };
    const { base, starts, ends } = entryOf([spanOf(1, 1), spanOf(1, 2, early)]).columns();
    expect(base + BigInt(starts[1] as number)).toBe(1_699_996_400_000_000_001n);
    expect(base + BigInt(ends[1] as number)).toBe(1_700_003_600_000_000_007n);
  });

  it('places a span without a start at its end, and one without an end at its start', () => {
    const trace = entryOf([
      spanOf(1, 1),
      spanOf(1, 2, { startTimeUnixNano: '0' }),
      spanOf(1, 3, { endTimeUnixNano: '0' }),
    ]).columns();
    expect([...trace.starts]).toEqual([0, 2_000_000, 2_000_000]);
    expect([...trace.ends]).toEqual([1_000_000, 2_000_000, 2_000_000]);
  });

  it('places a span without times at the time of its arrival', () => {
    const before = BigInt(Date.now()) * 1_000_000n;
    const { base } = entryOf([spanOf(1, 1, { startTimeUnixNano: '0', endTimeUnixNano: '0' })]);
    expect(base).toBeGreaterThanOrEqual(before);
    expect(base).toBeLessThanOrEqual(BigInt(Date.now()) * 1_000_000n);
  });

  it('replaces a span that comes again, also with other data', () => {
    const { store, send } = testStore();
    send([spanOf(1, 1, { name: 'first' }), child(2, 1)]);
    send([spanOf(1, 1, { name: 'second, and longer', status: { code: 2 } })]);
    send([child(2, 1)]);
    const entry = store.get(idOf(1, 32)) as TraceEntry;
    expect(entry.spanCount).toBe(2);
    expect(nameOf(entry.columns(), 0)).toBe('second, and longer');
    expect(entry.read(0).name).toBe('second, and longer');
    expect(entry.outline()).toMatchObject({ failedCount: 1, mainRow: 0 });
    expect(store.counts().spans).toMatchObject({ received: 4, stored: 2, duplicate: 2 });
  });

  it('does not grow without end when one span comes with other data again and again', () => {
    const { store, send } = testStore();
    for (let i = 0; i < 2_000; i++) {
      send([spanOf(1, 1, { attributes: [attribute('n', `${i}`.padEnd(1_000))] }), spanOf(1, 2)]);
    }
    const entry = store.get(idOf(1, 32)) as TraceEntry;
    expect(entry.byteCount).toBeLessThan(64 * 1024);
    expect(entry.read(0).attributes?.n).toBe('1999'.padEnd(1_000));
    expect(entry.read(1).name).toBe('span 2');
  });

  it('keeps both spans where client and server share an id, as in B3', () => {
    const entry = entryOf([
      spanOf(1, 1, { kind: 3, name: 'client' }),
      spanOf(1, 1, { kind: 2, name: 'server' }),
    ]);
    const { parents, spanCount } = entry.columns();
    expect([spanCount, [...parents]]).toEqual([2, [-1, 0]]);
    expect(entry.rowsOf(idOf(1, 16))).toEqual([0, 1]);
    expect(entry.rowsOf(idOf(7, 16))).toEqual([]);
  });

  it('cuts circles of parents at the earliest span, until a span resolves them', () => {
    const { store, send } = testStore();
    send([child(1, 2), child(2, 1), child(3, 3)]);
    const entry = store.get(idOf(1, 32)) as TraceEntry;
    expect(entry.gaps()).toEqual({ orphanCount: 0, cycleCount: 2 });
    const { parents, flags } = entry.columns();
    expect([...parents]).toEqual([-1, 0, -1]);
    expect([...flags].map((flag) => (flag & RowFlag.CYCLE_CUT) !== 0)).toEqual([true, false, true]);
    send([spanOf(1, 1)]);
    expect(entry.gaps()).toEqual({ orphanCount: 0, cycleCount: 1 });
    expect((entry.columns().flags[0] as number) & RowFlag.CYCLE_CUT).toBe(0);
  });

  it('counts the spans whose parent has not arrived', () => {
    expect(entryOf([spanOf(1, 1), child(2, 1), child(3, 98), child(4, 99)]).gaps()).toEqual({
      orphanCount: 2,
      cycleCount: 0,
    });
  });

  it('outlines its root, its times and its failures, as spans arrive', () => {
    const { store, send } = testStore();
    send([child(5, 1, { status: { code: 2 } })]);
    const entry = store.get(idOf(1, 32)) as TraceEntry;
    expect(entry.outline()).toEqual({
      mainRow: 0,
      hasRoot: false,
      start: 0,
      end: 1_000_000,
      failedCount: 1,
    });
    send([child(2, 1), spanOf(1, 4), spanOf(1, 3)]);
    expect(entry.outline()).toEqual({
      mainRow: 3,
      hasRoot: true,
      start: -3_000_000,
      end: 1_000_000,
      failedCount: 1,
    });
    expect([entry.nameOf(3), entry.serviceOf(3)]).toEqual(['span 3', 'orders']);
  });

  it('gives the same columns until a span arrives', () => {
    const { store, send } = testStore();
    send([spanOf(1, 1)]);
    const entry = store.get(idOf(1, 32)) as TraceEntry;
    const before = entry.columns();
    expect(entry.columns()).toBe(before);
    send([spanOf(1, 2)]);
    expect([entry.columns().spanCount, before.spanCount]).toEqual([2, 1]);
  });

  it('cuts very long names in the columns, and not in the details', () => {
    const name = 'n'.repeat(10_000);
    const entry = entryOf([spanOf(1, 1, { name })]);
    expect(nameOf(entry.columns(), 0)).toHaveLength(4_096);
    expect(entry.read(0).name).toBe(name);
  });

  it('knows the processes of its spans', () => {
    const { store, send } = testStore();
    send([spanOf(1, 1)], { 'service.name': 'orders', 'host.name': 'a' });
    send([child(2, 1), child(3, 1)], { 'service.name': 'stock' });
    const entry = store.get(idOf(1, 32)) as TraceEntry;
    expect(entry.resources).toEqual([{ service: 'orders', hostName: 'a' }, { service: 'stock' }]);
    expect(entry.read(2)).toMatchObject({
      resource: { attributes: { 'service.name': 'stock' } },
      scope: { name: 'test' },
    });
  });
});
