import { describe, expect, it } from '@jest/globals';
import { CountedTable } from '../../../../lib/viewer/store/counted-table.js';
import { NumberedList } from '../../../../lib/viewer/store/numbered-list.js';
import { StringTable } from '../../../../lib/viewer/store/string-table.js';

describe('StringTable', () => {
  it('holds a text for as long as somebody holds it', () => {
    const table = new StringTable();
    table.hold('a');
    table.hold('a');
    table.hold('bc');
    const bytes = table.byteCount;
    expect(table.size).toBe(2);
    table.release('a');
    expect([table.size, table.byteCount]).toEqual([2, bytes]);
    table.release('a');
    expect(table.size).toBe(1);
    table.release('bc');
    expect([table.size, table.byteCount]).toEqual([0, 0]);
  });

  it('ignores a release without a hold', () => {
    const table = new StringTable();
    table.release('a');
    expect([table.size, table.byteCount]).toEqual([0, 0]);
  });
});

describe('CountedTable', () => {
  it('creates a value once for all holders of a key', () => {
    const table = new CountedTable<object>();
    const first = table.hold('a', () => ({}), 10);
    expect(table.hold('a', () => ({}), 10)).toBe(first);
    expect(table.byteCount).toBe(10);
  });
});

describe('NumberedList', () => {
  it('numbers values in the order in which they come, few and many', () => {
    const list = new NumberedList<string>();
    const values = Array.from({ length: 30 }, (_, index) => `value ${index}`);
    expect(values.map((value) => list.add(value))).toEqual([...values.keys()]);
    expect(values.map((value) => list.numberOf(value))).toEqual([...values.keys()]);
    expect([list.numberOf('other'), list.values]).toEqual([-1, values]);
  });
});
