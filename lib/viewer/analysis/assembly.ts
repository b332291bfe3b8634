import { SpanIdIndex, wordsOf } from './span-id-index.js';
import { SpanKind } from './span-record.js';
import type { TraceColumns } from './trace-columns.js';

/** The columns that {@link assembleParents} reads. */
export type AssemblyInput = Pick<
  TraceColumns,
  'spanCount' | 'spanIds' | 'parentIds' | 'starts' | 'kinds' | 'services'
>;

/** How the spans of a trace hang together. */
export interface Assembly {
  /** For {@link TraceColumns.parents}. */
  readonly parents: Int32Array;
  /** Rows whose parents made a circle and that have lost their parent: to be marked as `CYCLE_CUT`. */
  readonly cutRows: readonly number[];
}

const NONE = -1;

/**
 * Finds the parent of each span, whatever order the spans came in.
 *
 * - Client and server may share an id, as in B3. The server's span then becomes a child of the client's, and
 *   children with this parent id belong to the one of their own service, else to the server.
 * - A circle of parents is cut at the span that started first.
 */
export function assembleParents(columns: AssemblyInput): Assembly {
  const { spanCount } = columns;
  const index = new SpanIdIndex(columns.spanIds, spanCount);
  const spanWords = wordsOf(columns.spanIds, spanCount);
  const parentWords = wordsOf(columns.parentIds, spanCount);
  const parents = new Int32Array(spanCount).fill(NONE);
  for (let row = 0; row < spanCount; row++) {
    const first = index.firstOf(spanWords, row);
    const isShared = index.after(first) !== NONE;
    const caller = isShared ? callerWithSameId(columns, index, first, row) : NONE;
    if (caller !== NONE) {
      parents[row] = caller;
    } else if (parentWords[2 * row] !== 0 || parentWords[2 * row + 1] !== 0) {
      parents[row] = parentWithId(columns, index, index.firstOf(parentWords, row), row);
    }
  }
  return { parents, cutRows: cutCycles(columns, parents) };
}

function callerWithSameId(
  { kinds }: AssemblyInput,
  index: SpanIdIndex,
  first: number,
  row: number,
): number {
  const kind = kinds[row];
  if (kind !== SpanKind.SERVER && kind !== SpanKind.CONSUMER) return NONE;
  const callerKind = kind === SpanKind.SERVER ? SpanKind.CLIENT : SpanKind.PRODUCER;
  for (let other = first; other !== NONE; other = index.after(other)) {
    if (kinds[other] === callerKind) return other;
  }
  return NONE;
}

function parentWithId(
  { kinds, services }: AssemblyInput,
  index: SpanIdIndex,
  first: number,
  row: number,
): number {
  if (first === NONE || index.after(first) === NONE) return first;
  let best = NONE;
  let bestRank = -1;
  for (let other = first; other !== NONE; other = index.after(other)) {
    if (other === row) continue;
    const isReceiver = kinds[other] === SpanKind.SERVER || kinds[other] === SpanKind.CONSUMER;
    const rank = (services[other] === services[row] ? 2 : 0) + (isReceiver ? 1 : 0);
    if (rank > bestRank) {
      best = other;
      bestRank = rank;
    }
  }
  return best;
}

/** Removes the parent of one row of each circle, in `parents`; returns these rows. */
function cutCycles(columns: AssemblyInput, parents: Int32Array): number[] {
  const cutRows: number[] = [];
  // 0: not seen; otherwise the number of the walk that has seen the row.
  const seenBy = new Int32Array(columns.spanCount);
  for (let start = 0; start < columns.spanCount; start++) {
    const walk = start + 1;
    let row = start;
    while (row !== NONE && seenBy[row] === 0) {
      seenBy[row] = walk;
      row = parents[row] as number;
    }
    if (row === NONE || seenBy[row] !== walk) continue;
    let earliest = row;
    for (let other = parents[row] as number; other !== row; other = parents[other] as number) {
      if (startsBefore(columns, other, earliest)) earliest = other;
    }
    parents[earliest] = NONE;
    cutRows.push(earliest);
  }
  return cutRows;
}

function startsBefore({ starts, spanIds }: AssemblyInput, a: number, b: number): boolean {
  const difference = (starts[a] as number) - (starts[b] as number);
  if (difference !== 0) return difference < 0;
  return (spanIds[a] as bigint) < (spanIds[b] as bigint);
}
