import { describe, expect, it } from '@jest/globals';
import { analyse } from '../../../../../lib/viewer/analysis/analyse.js';
import { columnsFromSpans } from '../../../../../lib/viewer/analysis/columns-from-spans.js';
import { findingsOf } from '../../../../../lib/viewer/analysis/findings/findings.js';
import { hexOfSpanId } from '../../../../../lib/viewer/analysis/trace-columns.js';
import { inARow } from '../../../../support/findings-of-lines.js';
import { randomOfSeed } from '../../../../support/random-of-seed.js';
import { randomSpans, shuffled } from '../../../../support/random-trace.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

describe('findingsOf', () => {
  it('lists what costs most first', () => {
    const text = `GET 0-30\n${inARow(5, '  ', 'SELECT')}\n  R [client failed] 5-20\n  R [client] 20-30`;
    expect(findingsOf(analyse(traceOfLines(text))).map(({ kind }) => kind)).toEqual([
      'retried',
      'repeated-call',
      'handled',
    ]);
  });

  it('finds nothing in an ordinary trace, and in none', () => {
    expect(findingsOf(analyse(traceOfLines('GET 0-10\n  SELECT [client] 1-2')))).toEqual([]);
    expect(findingsOf(analyse(traceOfLines('')))).toEqual([]);
  });

  it('finds the same for any order of arrival', () => {
    const random = randomOfSeed(21);
    let count = 0;
    for (let i = 0; i < 200; i++) {
      const spans = randomSpans(random, 40);
      if (i % 2 === 0) spans.splice(Math.floor(random() * 40), 2);
      const [there, back] = [spans, shuffled(random, spans)].map((order) => {
        const analysis = analyse(columnsFromSpans(order));
        return findingsOf(analysis).map(({ rows, ...rest }) => ({
          ...rest,
          rows: rows.map((row) => hexOfSpanId(analysis.tree.trace.spanIds[row] ?? 0n)).sort(),
        }));
      });
      expect(back).toEqual(there);
      count += there?.length ?? 0;
    }
    expect(count).toBeGreaterThan(200);
  });
});
