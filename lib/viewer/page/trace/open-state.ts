import { RowFlag } from '../../analysis/trace-columns.js';
import { hasFlag, isRowRunning, type TraceTree } from '../../analysis/trace-tree.js';

/** What a span without an end does, in a word or two; empty for one that has ended. */
export type OpenState = '' | 'running' | 'process gone' | 'end lost';

/** Whether a span is running, or nothing is heard of it any more. */
export function openStateOf(tree: TraceTree, row: number): OpenState {
  if (hasFlag(tree, row, RowFlag.END_LOST)) return 'end lost';
  if (!isRowRunning(tree, row)) return '';
  return hasFlag(tree, row, RowFlag.PROCESS_GONE) ? 'process gone' : 'running';
}
