import { describe, expect, it } from '@jest/globals';
import { analyse, type TraceAnalysis } from '../../../../lib/viewer/analysis/analyse.js';
import { columnsFromSpans } from '../../../../lib/viewer/analysis/columns-from-spans.js';
import { headlineOf } from '../../../../lib/viewer/analysis/headline.js';
import { hexOfSpanId } from '../../../../lib/viewer/analysis/trace-columns.js';
import { randomOfSeed } from '../../../support/random-of-seed.js';
import { randomSpans, shuffled } from '../../../support/random-trace.js';

/** Everything in an analysis, by span ids instead of rows. */
function everything(analysis: TraceAnalysis): unknown {
  const { tree, waits, path, selfNanos } = analysis;
  const { trace } = tree;
  const idOf = (row: number): string => {
    const id = trace.spanIds[row] ?? tree.missingParents[row - trace.spanCount];
    return hexOfSpanId(id as bigint);
  };
  return {
    spans: [...tree.preOrder].map((row) => [
      idOf(row),
      tree.depths[row],
      waits[row],
      selfNanos[row],
      path.pathNanos[row],
    ]),
    path: [...path.rows].map((row, i) => [idOf(row), path.froms[i], path.tos[i]]),
    headline: headlineOf(analysis).map(({ text, rows }) => [text, rows.map(idOf)]),
  };
}

describe('analyse', () => {
  it('gives the same for any order of arrival', () => {
    const random = randomOfSeed(11);
    for (let i = 0; i < 300; i++) {
      const spans = randomSpans(random, 25);
      if (i % 3 === 0) spans.splice(Math.floor(random() * 25), 3);
      const there = everything(analyse(columnsFromSpans(spans)));
      const back = everything(analyse(columnsFromSpans(shuffled(random, spans))));
      expect(back).toEqual(there);
    }
  });

  it('gives each span no more than its duration', () => {
    const random = randomOfSeed(12);
    for (let i = 0; i < 300; i++) {
      const { tree, path, selfNanos } = analyse(columnsFromSpans(randomSpans(random, 25)));
      for (let row = 0; row < tree.rowCount; row++) {
        const duration = (tree.ends[row] as number) - (tree.starts[row] as number);
        const most = Math.max(selfNanos[row] as number, path.pathNanos[row] as number);
        const isWithin = (selfNanos[row] as number) >= 0 && most <= duration;
        expect(isWithin).toBe(true);
      }
    }
  });
});
