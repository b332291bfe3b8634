import { describe, expect, it } from '@jest/globals';
import { RowFlag } from '../../../../../lib/viewer/analysis/trace-columns.js';
import { treeOf } from '../../../../../lib/viewer/analysis/trace-tree.js';
import { openStateOf } from '../../../../../lib/viewer/page/trace/open-state.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

describe('openStateOf', () => {
  it('tells spans that run from those whose process has gone', () => {
    const trace = traceOfLines('a 0-10\n  b 1-\n  c 2-');
    trace.flags[2] = RowFlag.PROCESS_GONE;
    const tree = treeOf(trace);
    expect([0, 1, 2].map((row) => openStateOf(tree, row))).toEqual(['', 'running', 'process gone']);
  });
});
