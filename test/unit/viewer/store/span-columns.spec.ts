import { describe, expect, it } from '@jest/globals';
import { SlabPool, SpanColumns, type SpanRow } from '../../../../lib/viewer/store/span-columns.js';

function rowOf(id: number, members: Partial<SpanRow> = {}): SpanRow {
  return {
    spanIdLow: id,
    spanIdHigh: id * 3,
    parentIdLow: 0,
    parentIdHigh: 0,
    start: id + 0.5,
    end: id + 1.5,
    name: id + 1,
    service: id + 2,
    resource: id + 3,
    origin: id + 4,
    address: id + 5,
    length: id + 6,
    kind: id % 6,
    status: id % 3,
    flags: id % 4,
    ...members,
  };
}

describe('SpanColumns', () => {
  it('keeps all values of all rows while it grows', () => {
    const columns = new SpanColumns(new SlabPool(0));
    const ids = Array.from({ length: 1_000 }, (_, index) => index + 1);
    expect(ids.map((id) => columns.add(rowOf(id, { parentIdLow: id })))).toEqual([...ids.keys()]);
    const views = columns.views();
    for (const row of [0, 3, 4, 7, 8, 511, 512, 999]) {
      const id = row + 1;
      const expected = rowOf(id);
      expect(views.spanIds[row]).toBe((BigInt(id * 3) << 32n) | BigInt(id));
      expect(views.parentIds[row]).toBe(BigInt(id));
      expect([views.starts[row], views.ends[row]]).toEqual([expected.start, expected.end]);
      expect([views.names[row], views.services[row]]).toEqual([expected.name, expected.service]);
      expect([views.resources[row], views.parents[row]]).toEqual([expected.resource, -1]);
      expect([views.kinds[row], views.statuses[row]]).toEqual([expected.kind, expected.status]);
      expect([views.flags[row], columns.statusOf(row)]).toEqual([expected.flags, expected.status]);
      expect([columns.addressOf(row), columns.lengthOf(row)]).toEqual([id + 5, id + 6]);
      expect([columns.originOf(row), columns.nameOf(row)]).toEqual([id + 4, id + 1]);
      expect([columns.serviceOf(row), columns.hasParent(row)]).toEqual([id + 2, true]);
      expect([columns.startOf(row), columns.endOf(row)]).toEqual([expected.start, expected.end]);
    }
  });

  it('finds rows by id and kind, few and many', () => {
    const columns = new SpanColumns(new SlabPool(0));
    for (let id = 1; id <= 500; id++) {
      columns.add(rowOf(id, { kind: 2 }));
      expect(columns.find(id, id * 3, 2)).toBe(id - 1);
      expect(columns.find(id, id * 3, 3)).toBe(-1);
      expect(columns.find(id + 1, id * 3, 2)).toBe(-1);
    }
    for (let id = 1; id <= 500; id++) expect(columns.find(id, id * 3, 2)).toBe(id - 1);
  });

  it('gives views that rows added later do not change', () => {
    const columns = new SpanColumns(new SlabPool(0));
    columns.add(rowOf(1));
    const { spanIds, starts } = columns.views();
    for (let id = 2; id < 40; id++) columns.add(rowOf(id));
    expect([spanIds.length, starts[0]]).toEqual([1, 1.5]);
  });

  it('writes the values of a row again', () => {
    const columns = new SpanColumns(new SlabPool(0));
    columns.add(rowOf(1));
    columns.set(0, rowOf(1, { end: 99, name: 7 }));
    columns.setAddress(0, 1234);
    const { ends, names } = columns.views();
    expect([ends[0], names[0], columns.addressOf(0)]).toEqual([99, 7, 1234]);
  });

  it('takes about 72 bytes a row', () => {
    const columns = new SpanColumns(new SlabPool(0));
    for (let id = 1; id <= 1024; id++) columns.add(rowOf(id));
    expect(columns.byteCount).toBe(1024 * 72);
  });

  it('uses the memory of dropped traces again, unless somebody may still read it', () => {
    const pool = new SlabPool(1_000_000);
    const dropped = new SpanColumns(pool);
    for (let id = 1; id <= 40; id++) dropped.add(rowOf(id));
    // What it has outgrown: 4, 8, 16 and 32 rows.
    expect(pool.idleBytes).toBe(60 * 72);
    dropped.release();
    expect(pool.idleBytes).toBe(124 * 72);
    const next = new SpanColumns(pool);
    for (let id = 1; id <= 40; id++) {
      expect(next.find(id, id * 3, id % 6)).toBe(-1);
      next.add(rowOf(id));
      expect(next.find(id, id * 3, id % 6)).toBe(id - 1);
    }
    const { starts } = next.views();
    next.release();
    expect(pool.idleBytes).toBe(60 * 72);
    const other = new SpanColumns(pool);
    for (let id = 100; id <= 140; id++) other.add(rowOf(id));
    expect(starts[0]).toBe(1.5);
  });

  it('keeps idle memory within a bound', () => {
    const pool = new SlabPool(72 * 4);
    const all = Array.from({ length: 3 }, () => new SpanColumns(pool));
    for (const columns of all) columns.release();
    expect(pool.idleBytes).toBe(72 * 4);
  });
});
