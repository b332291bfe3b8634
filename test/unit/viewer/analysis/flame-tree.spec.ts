import { describe, expect, it } from '@jest/globals';
import { analyse } from '../../../../lib/viewer/analysis/analyse.js';
import { columnsFromSpans } from '../../../../lib/viewer/analysis/columns-from-spans.js';
import {
  callPathOf,
  type FlameNode,
  flameTreeOf,
  leftHeavy,
} from '../../../../lib/viewer/analysis/flame-tree.js';
import { randomOfSeed } from '../../../support/random-of-seed.js';
import { randomSpans } from '../../../support/random-trace.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

function drawn(text: string): string[] {
  const { roots } = flameTreeOf(analyse(traceOfLines(text)));
  const millis = (nanos: number): number => nanos / 1e6;
  const lines = (node: FlameNode, depth: number): string[] => [
    `${'  '.repeat(depth)}${node.callCount} × ${node.name} path ${millis(node.pathNanos)} of ${millis(node.pathTotalNanos)}, work ${millis(node.workNanos)} of ${millis(node.workTotalNanos)}`,
    ...node.children.flatMap((child) => lines(child, depth + 1)),
  ];
  return roots.flatMap((root) => lines(root, 0));
}

describe('flameTreeOf', () => {
  it('merges spans along their call paths', () => {
    const text = `
      GET 0-20
        load 0-8
          SELECT [client] 1-7
        load 8-18
          SELECT [client] 9-13
          cache 13-15`;
    expect(drawn(text)).toEqual([
      '1 × GET path 2 of 20, work 2 of 20',
      '  2 × load path 6 of 18, work 6 of 18',
      '    2 × SELECT path 10 of 10, work 10 of 10',
      '    1 × cache path 2 of 2, work 2 of 2',
    ]);
  });

  it('adds up work at once, but not its path', () => {
    expect(drawn('GET 0-10\n  A 0-8\n  A 0-10')).toEqual([
      '1 × GET path 0 of 10, work 0 of 18',
      '  2 × A path 10 of 10, work 18 of 18',
    ]);
  });

  it('keeps services and kinds apart, and counts failures', () => {
    const { nodes } = flameTreeOf(
      analyse(
        traceOfLines('A 0-9\n  B @a 0-1\n  B [failed] @b 1-2\n  B [client] @b 2-3\n  B @b 3-4'),
      ),
    );
    const facts = nodes.map(({ service, kind, callCount, failedCount }) => [
      service,
      kind,
      callCount,
      failedCount,
    ]);
    expect(facts).toEqual([
      ['app', 1, 1, 0],
      ['a', 1, 1, 0],
      ['b', 1, 2, 1],
      ['b', 3, 1, 0],
    ]);
  });

  it('says which node a row belongs to', () => {
    const { nodeOfRow } = flameTreeOf(analyse(traceOfLines('A 0-9\n  B 0-1\n  C 1-2\n  B 2-3')));
    expect([...nodeOfRow]).toEqual([0, 1, 2, 1]);
  });

  it('begins with the main root, and has a node for missing parents', () => {
    const orphan = { parentSpanId: '00000000000000ff' };
    const { roots } = flameTreeOf(analyse(traceOfLines('O 0-1\nA 1-2', { O: orphan })));
    expect(roots.map(({ name }) => name)).toEqual(['A', '(parent missing)']);
  });

  it('has as much path as the root has time, and as much work as there is, in random traces', () => {
    const random = randomOfSeed(31);
    for (let i = 0; i < 300; i++) {
      const analysis = analyse(columnsFromSpans(randomSpans(random, 30)));
      const { roots } = flameTreeOf(analysis);
      const { tree, selfNanos } = analysis;
      const root = tree.mainRoot;
      expect(roots[0]?.pathTotalNanos).toBe(
        (tree.ends[root] as number) - (tree.starts[root] as number),
      );
      const work = roots.reduce((sum, node) => sum + node.workTotalNanos, 0);
      expect(work).toBe(selfNanos.reduce((sum, nanos) => sum + nanos, 0));
    }
  });

  it('merges a chain of 10,000 spans', () => {
    const text = Array.from({ length: 10_000 }, (_, i) => `${'  '.repeat(i)}A 0-1`).join('\n');
    expect(flameTreeOf(analyse(traceOfLines(text))).nodes).toHaveLength(10_000);
  });
});

describe('leftHeavy', () => {
  it('puts the widest first', () => {
    const { roots } = flameTreeOf(analyse(traceOfLines('A 0-9\n  B 0-1\n  C 1-8')));
    const children = roots[0]?.children ?? [];
    expect(leftHeavy(children, 'pathTotalNanos').map(({ name }) => name)).toEqual(['C', 'B']);
    expect(children.map(({ name }) => name)).toEqual(['B', 'C']);
  });
});

describe('callPathOf', () => {
  it('is the way from the top', () => {
    const { nodes } = flameTreeOf(analyse(traceOfLines('A 0-9\n  B 0-1')));
    expect(callPathOf(nodes[1] as FlameNode)).toBe('A › B');
  });
});
