import { describe, expect, it } from '@jest/globals';
import { type CollectedTrace, TraceBuffer } from '../../../../lib/export/console/trace-buffer.js';
import { record } from './trace-records.js';

const TRACE_ID = record('a', 0, 1).traceId;
const names = ({ records }: CollectedTrace): string[] => records.map(({ name }) => name);

function create(maxSpanCount = 100): TraceBuffer {
  return new TraceBuffer({ maxSpanCount, maxAgeMillis: 1000 });
}

describe('TraceBuffer', () => {
  it('gives out what hangs below a span, and leaves the rest of its trace', () => {
    const buffer = create();
    for (const path of ['b > c', 'a > b', 'other', 'other > below other', 'elsewhere > a']) {
      buffer.add(record(path, 0, 1), 0);
    }
    const taken = buffer.takeBelow(TRACE_ID, 'a');
    expect(names(taken)).toEqual(['c', 'b', 'a']);
    expect(taken.isPartial).toBe(false);
    expect(buffer.isEmpty).toBe(false);
    expect(names(buffer.takeBelow(TRACE_ID, 'other'))).toEqual(['other', 'below other']);
    expect(buffer.isEmpty).toBe(true);
  });

  it('gives out nothing of a trace it never saw', () => {
    expect(create().takeBelow('none', 'none').records).toEqual([]);
  });

  it('ends for spans in circles', () => {
    const buffer = create();
    for (const path of ['a > b', 'b > a']) buffer.add(record(path, 0, 1), 0);
    expect(names(buffer.takeBelow(TRACE_ID, 'a'))).toEqual(['b', 'a']);
  });

  it('gives out what has waited too long, as partial', () => {
    const buffer = create();
    buffer.add(record('a > b', 0, 1, { traceId: 'one' }), 0);
    buffer.add(record('a > c', 0, 1, { traceId: 'two' }), 500);
    buffer.add(record('a > d', 0, 1, { traceId: 'one' }), 900);
    expect(buffer.takeOverdue(999)).toEqual([]);
    const [taken, ...others] = buffer.takeOverdue(1000);
    expect([names(taken!), taken?.isPartial, others]).toEqual([['b', 'd'], true, []]);
    expect(buffer.takeOverdue(1500).map(names)).toEqual([['c']]);
    expect(buffer.isEmpty).toBe(true);
  });

  it('gives out the oldest when it holds too much', () => {
    const buffer = create(3);
    for (const [index, traceId] of ['one', 'two', 'two', 'three', 'three'].entries()) {
      buffer.add(record(`a > ${index}`, 0, 1, { traceId }), index);
    }
    expect(buffer.takeOverdue(5).map(names)).toEqual([['0'], ['1', '2']]);
    expect(buffer.takeOverdue(5)).toEqual([]);
  });

  it('counts no more what was given out', () => {
    const buffer = create(2);
    for (let i = 0; i < 10; i++) {
      buffer.add(record(`${i}`, 0, 1), i);
      buffer.takeBelow(TRACE_ID, String(i));
    }
    for (const path of ['a > b', 'a > c']) buffer.add(record(path, 0, 1), 20);
    expect(buffer.takeOverdue(20)).toEqual([]);
  });

  it('gives out all, as partial', () => {
    const buffer = create();
    buffer.add(record('a > b', 0, 1, { traceId: 'one' }), 0);
    buffer.add(record('a > c', 0, 1, { traceId: 'two' }), 0);
    expect(buffer.takeAll().map(names)).toEqual([['b'], ['c']]);
    expect([buffer.isEmpty, buffer.takeAll()]).toEqual([true, []]);
  });
});
