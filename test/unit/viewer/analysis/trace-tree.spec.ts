import { describe, expect, it } from '@jest/globals';
import { columnsFromSpans } from '../../../../lib/viewer/analysis/columns-from-spans.js';
import { SpanKind, type SpanRecord } from '../../../../lib/viewer/analysis/span-record.js';
import type { TraceColumns } from '../../../../lib/viewer/analysis/trace-columns.js';
import {
  durationOf,
  hasFlag,
  isMissing,
  isRowRunning,
  rowKind,
  rowName,
  rowService,
  type TreeOptions,
  treeOf,
} from '../../../../lib/viewer/analysis/trace-tree.js';
import { randomOfSeed } from '../../../support/random-of-seed.js';
import { randomSpans, shuffled } from '../../../support/random-trace.js';
import { spansOfLines, traceOfLines } from '../../../support/trace-of-lines.js';

/** Names in pre-order, indented, with their times in milliseconds. */
function outline(trace: TraceColumns, options?: TreeOptions): string[] {
  const tree = treeOf(trace, options);
  return [...tree.preOrder].map((row) => {
    const times = `${(tree.starts[row] as number) / 1e6}-${(tree.ends[row] as number) / 1e6}`;
    return `${'  '.repeat(tree.depths[row] as number)}${rowName(tree, row)} ${times}`;
  });
}

describe('treeOf', () => {
  it('sorts siblings by start, longer first, then by id', () => {
    const text = 'A 0-9\n  late 5-6\n  short 1-2\n  long 1-3\n  same 5-6';
    expect(outline(traceOfLines(text))).toEqual([
      'A 0-9',
      '  long 1-3',
      '  short 1-2',
      '  late 5-6',
      '  same 5-6',
    ]);
  });

  it('puts the root first even if another part started earlier', () => {
    const trace = traceOfLines('orphan 0-1\nroot 2-5\nother 3-4', {
      orphan: { parentSpanId: '00000000000000ff' },
    });
    expect(outline(trace)).toEqual([
      'root 2-5',
      '(parent missing) 0-1',
      '  orphan 0-1',
      'other 3-4',
    ]);
  });

  it('has one row for each missing parent, as long as its children', () => {
    const missing = { parentSpanId: '00000000000000ff' };
    const trace = traceOfLines('A 1-2\nB 4-9', { A: missing, B: missing });
    const tree = treeOf(trace);
    expect(outline(trace)).toEqual(['(parent missing) 0-8', '  A 0-1', '  B 3-8']);
    expect([tree.rowCount, tree.mainRoot, tree.missingParents]).toEqual([3, 2, [255n]]);
    expect([isMissing(tree, 2), rowService(tree, 2), rowKind(tree, 2)]).toEqual([true, '', 0]);
    expect([isRowRunning(tree, 2), hasFlag(tree, 2, 255)]).toEqual([false, false]);
  });

  it('ends running spans now, but not before they start', () => {
    const trace = traceOfLines('A 0-\n  B 10-\n  C 2-3');
    expect(outline(trace)).toEqual(['A 0-10', '  C 2-3', '  B 10-10']);
    expect(outline(trace, { nowNanos: 5e6 })).toEqual(['A 0-5', '  C 2-3', '  B 10-10']);
    expect(isRowRunning(treeOf(trace), 0)).toBe(true);
  });

  it('counts an end before the start as the start', () => {
    const tree = treeOf(traceOfLines('A 5-2'));
    expect(durationOf(tree, 0)).toBe(0);
  });

  it('corrects clocks unless told otherwise', () => {
    const host = (name: string, service: string) => ({
      resource: { attributes: { 'service.name': service, 'host.name': name } },
    });
    const trace = traceOfLines('A [client] 0-10\n  B [server] @b 103-107', {
      A: host('one', 'app'),
      B: host('two', 'b'),
    });
    expect(outline(trace)).toEqual(['A 0-10', '  B 3-7']);
    expect(treeOf(trace).corrections).toHaveLength(1);
    expect(outline(trace, { correctClocks: false })).toEqual(['A 0-10', '  B 103-107']);
  });

  it('puts client before server where they share an id and times', () => {
    const span = { traceId: 'a', spanId: '1', startNanos: 1n, endNanos: 2n };
    const trace = columnsFromSpans([
      { ...span, name: 'server', kind: SpanKind.SERVER },
      { ...span, name: 'client', kind: SpanKind.CLIENT },
    ]);
    expect(outline(trace).map((line) => line.split(' 0')[0])).toEqual(['client', '  server']);
  });

  it('is the same for any order of arrival', () => {
    const random = randomOfSeed(3);
    for (let i = 0; i < 200; i++) {
      const spans = randomSpans(random, 30);
      spans.splice(Math.floor(random() * spans.length), 2);
      expect(outline(columnsFromSpans(shuffled(random, spans)))).toEqual(
        outline(columnsFromSpans(spans)),
      );
    }
  });

  it('makes trees of traces that are 10,000 deep and 100,000 wide', () => {
    const [root] = spansOfLines('A 0-1') as [SpanRecord];
    const idOf = (i: number): string => i.toString(16).padStart(16, '0');
    const spans = (count: number, parentOf: (i: number) => number): SpanRecord[] =>
      Array.from({ length: count }, (_, i) => {
        return { ...root, spanId: idOf(i + 2), parentSpanId: idOf(parentOf(i) + 1) };
      });
    const deep = treeOf(columnsFromSpans([root, ...spans(10_000, (i) => i)]));
    expect(deep.depths.at(-1)).toBe(10_000);
    const wide = treeOf(columnsFromSpans([root, ...spans(100_000, () => 0)]));
    expect(wide.childOffsets[1]).toBe(100_000);
  });
});
