import { describe, expect, it } from '@jest/globals';
import { assembleParents } from '../../../../lib/viewer/analysis/assembly.js';
import { SpanKind } from '../../../../lib/viewer/analysis/span-record.js';

interface Row {
  readonly id: bigint;
  readonly parent?: bigint;
  readonly start?: number;
  readonly kind?: number;
  readonly service?: number;
}

function assemble(rows: readonly Row[]): { parents: number[]; cut: readonly number[] } {
  const { parents, cutRows } = assembleParents({
    spanCount: rows.length,
    spanIds: BigUint64Array.from(rows, ({ id }) => id),
    parentIds: BigUint64Array.from(rows, ({ parent }) => parent ?? 0n),
    starts: Float64Array.from(rows, ({ start }) => start ?? 0),
    kinds: Uint8Array.from(rows, ({ kind }) => kind ?? SpanKind.INTERNAL),
    services: Uint32Array.from(rows, ({ service }) => service ?? 0),
  });
  return { parents: [...parents], cut: cutRows };
}

describe('assembleParents', () => {
  it('finds parents that come later and earlier', () => {
    const { parents } = assemble([{ id: 2n, parent: 1n }, { id: 1n }, { id: 3n, parent: 2n }]);
    expect(parents).toEqual([1, -1, 0]);
  });

  it('leaves a span without a parent that has not arrived', () => {
    expect(assemble([{ id: 2n, parent: 9n }]).parents).toEqual([-1]);
  });

  it('tells ids apart that differ in one half only', () => {
    const high = 1n << 32n;
    const { parents } = assemble([{ id: high }, { id: 1n }, { id: 7n, parent: high }]);
    expect(parents).toEqual([-1, -1, 0]);
  });

  it('reads only the rows of a column that is longer', () => {
    const { parents } = assembleParents({
      spanCount: 1,
      spanIds: new BigUint64Array([2n, 1n]),
      parentIds: new BigUint64Array([1n, 0n]),
      starts: new Float64Array(2),
      kinds: new Uint8Array(2),
      services: new Uint32Array(2),
    });
    expect([...parents]).toEqual([-1]);
  });

  it.each([
    ['server last', [SpanKind.CLIENT, SpanKind.SERVER], [-1, 0]],
    ['server first', [SpanKind.SERVER, SpanKind.CLIENT], [1, -1]],
    ['consumer and producer', [SpanKind.CONSUMER, SpanKind.PRODUCER], [1, -1]],
  ])('puts the server below the client of the same id: %s', (_case, kinds, parents) => {
    expect(assemble(kinds.map((kind) => ({ id: 5n, kind }))).parents).toEqual(parents);
  });

  it('gives the children of a shared id to the span of their service, else to the server', () => {
    const { parents } = assemble([
      { id: 5n, kind: SpanKind.CLIENT, service: 1 },
      { id: 5n, kind: SpanKind.SERVER, service: 2 },
      { id: 6n, parent: 5n, service: 1 },
      { id: 7n, parent: 5n, service: 2 },
      { id: 8n, parent: 5n, service: 3 },
    ]);
    expect(parents).toEqual([-1, 0, 0, 1, 1]);
  });

  it('cuts a circle at its earliest start, in any order', () => {
    const circle: Row[] = [
      { id: 1n, parent: 3n, start: 20 },
      { id: 2n, parent: 1n, start: 10 },
      { id: 3n, parent: 2n, start: 30 },
    ];
    expect(assemble(circle)).toEqual({ parents: [2, -1, 1], cut: [1] });
    expect(assemble([...circle].reverse())).toEqual({ parents: [1, -1, 0], cut: [1] });
  });

  it('cuts a span that is its own parent, and keeps what hangs on circles', () => {
    const { parents, cut } = assemble([
      { id: 1n, parent: 1n },
      { id: 2n, parent: 1n },
    ]);
    expect(parents).toEqual([-1, 0]);
    expect(cut).toEqual([0]);
  });

  it('cuts equal starts at the smaller id', () => {
    const rows = [
      { id: 9n, parent: 4n },
      { id: 4n, parent: 9n },
    ];
    expect(assemble(rows).cut).toEqual([1]);
  });

  it('assembles a chain of 100,000 spans in reverse order', () => {
    const count = 100_000;
    const rows = Array.from({ length: count }, (_, i) => ({
      id: BigInt(count - i),
      parent: BigInt(count - i - 1),
    }));
    const { parents } = assemble(rows);
    expect(parents[0]).toBe(1);
    expect(parents[count - 2]).toBe(count - 1);
    expect(parents[count - 1]).toBe(-1);
  });
});
