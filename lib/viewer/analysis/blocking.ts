import { SpanKind } from './span-record.js';
import { RowFlag } from './trace-columns.js';
import { durationOf, hasFlag, rowKind, type TraceTree } from './trace-tree.js';

/** Why a span does not wait for a child. */
export const Wait = {
  /** The parent waits for the child. */
  WAITED: 0,
  /** The child is the consumer of a message that the parent only sent, or says that nobody waits. */
  MESSAGE: 1,
  /** The child belongs to the same service and ends after its parent: nobody waits for it. */
  DETACHED: 2,
  /** The child starts after the end of its parent. */
  LATER: 3,
} as const;
export type Wait = (typeof Wait)[keyof typeof Wait];

/** Smaller overlaps are not meant, in nanoseconds: clocks and timers are not more exact. */
const MIN_TOLERANCE_NANOS = 50_000;
/** The overlap that CRISP allows, as a part of the parent's duration. */
const TOLERANCE_RATIO = 0.01;

/** By how much times may contradict each other below a span, in nanoseconds. */
export function toleranceOf(tree: TraceTree, row: number): number {
  return Math.max(MIN_TOLERANCE_NANOS, durationOf(tree, row) * TOLERANCE_RATIO);
}

/**
 * Finds the children that their parents wait for.
 *
 * A child in another service that ends after its parent is waited for all the same, and counts until the
 * end of its parent: a client's span ends with the headers of the response, the server's with its last byte.
 *
 * @returns a {@link Wait} for each row; rows without a parent are WAITED
 */
export function waitsOf(tree: TraceTree): Uint8Array {
  const waits = new Uint8Array(tree.rowCount);
  for (let row = 0; row < tree.rowCount; row++) waits[row] = waitOf(tree, row);
  return waits;
}

function waitOf(tree: TraceTree, row: number): Wait {
  const { parents, starts, ends, trace } = tree;
  const parent = parents[row] as number;
  if (parent === -1) return Wait.WAITED;
  const isMessage =
    rowKind(tree, row) === SpanKind.CONSUMER && rowKind(tree, parent) === SpanKind.PRODUCER;
  if (isMessage || hasFlag(tree, row, RowFlag.FOLLOWS_PARENT)) return Wait.MESSAGE;
  const end = ends[row] as number;
  const parentEnd = ends[parent] as number;
  if ((starts[row] as number) >= parentEnd && end > parentEnd) return Wait.LATER;
  const isSameService = parent < trace.spanCount && trace.services[row] === trace.services[parent];
  if (isSameService && end > parentEnd + toleranceOf(tree, parent)) return Wait.DETACHED;
  return Wait.WAITED;
}
