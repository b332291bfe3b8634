import { assembleParents } from '../analysis/assembly.js';
import { RowFlag } from '../analysis/trace-columns.js';
import type { SpanColumns } from './span-columns.js';

const NONE = -1;

/** What a trace lacks. */
export interface Gaps {
  /** The spans that name a parent that has not arrived. */
  readonly orphanCount: number;
  /** The circles of parents that were cut. */
  readonly cycleCount: number;
}

/** Finds the parents of all rows, and writes them into their column. */
export function assembleColumns(columns: SpanColumns): Gaps {
  const views = columns.views(false);
  const { flags } = views;
  const spanCount = columns.count;
  const { parents, cutRows } = assembleParents({ spanCount, ...views });
  views.parents.set(parents);
  for (let row = 0; row < spanCount; row++) {
    flags[row] = (flags[row] as number) & ~RowFlag.CYCLE_CUT;
  }
  for (const row of cutRows) flags[row] = (flags[row] as number) | RowFlag.CYCLE_CUT;
  let rootCount = 0;
  for (let row = 0; row < spanCount; row++) {
    if (parents[row] === NONE && columns.hasParent(row)) rootCount++;
  }
  // A row at which a circle was cut has a parent that has arrived.
  return { orphanCount: rootCount - cutRows.length, cycleCount: cutRows.length };
}
