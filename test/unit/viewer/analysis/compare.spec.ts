import { describe, expect, it } from '@jest/globals';
import { analyse } from '../../../../lib/viewer/analysis/analyse.js';
import { type ComparedNode, compareTraces } from '../../../../lib/viewer/analysis/compare.js';
import { flameTreeOf } from '../../../../lib/viewer/analysis/flame-tree.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

const flame = (text: string) => flameTreeOf(analyse(traceOfLines(text)));

function compared(a: string, b: string): string[] {
  const name = ({ a, b }: ComparedNode): string => {
    if (a === undefined) return `only B ${b?.name}`;
    return b === undefined ? `only A ${a.name}` : `${a.name}/${b.name}`;
  };
  const lines = (node: ComparedNode, depth: number): string[] => [
    `${'  '.repeat(depth)}${name(node)} ${node.pathDelta / 1e6} of ${node.pathTotalDelta / 1e6}, ${node.callDelta} calls, ${node.failedDelta} failed`,
    ...node.children.flatMap((child) => lines(child, depth + 1)),
  ];
  return compareTraces(flame(a), flame(b)).roots.flatMap((root) => lines(root, 0));
}

describe('compareTraces', () => {
  it('says by how much each call path differs', () => {
    const a = 'GET 0-10\n  A 0-4\n  B 4-9\n    C 5-6';
    const b = 'GET 0-20\n  A 0-4\n  A [failed] 4-7\n  B 8-9\n  D 9-19';
    expect(compared(a, b)).toEqual([
      'GET/GET 1 of 10, 0 calls, 0 failed',
      '  A/A 3 of 3, 1 calls, 1 failed',
      '  B/B -3 of -4, 0 calls, 0 failed',
      '    only A C -1 of -1, -1 calls, 0 failed',
      '  only B D 10 of 10, 1 calls, 0 failed',
    ]);
  });

  it('compares the main roots, whatever their names are', () => {
    expect(compared('GET /1 0-10', 'POST 0-11')).toEqual(['GET /1/POST 1 of 1, 0 calls, 0 failed']);
  });

  it('finds renamed services, and names with other ids', () => {
    const a = 'GET 0-10\n  A @old 0-1\n  GET /users/17 [client] 1-2';
    const b = 'GET 0-10\n  GET /users/4 [client] 0-1\n  A @new 1-2';
    expect(compared(a, b).slice(1)).toEqual([
      '  A/A 0 of 0, 0 calls, 0 failed',
      '  GET /users/17/GET /users/4 0 of 0, 0 calls, 0 failed',
    ]);
  });

  it('prefers equal services to equal names', () => {
    const a = 'GET 0-10\n  A @one 0-1\n  A @two 1-3';
    const b = 'GET 0-10\n  A @two 0-2\n  A @one 2-3';
    expect(compared(a, b).slice(1)).toEqual([
      '  A/A 0 of 0, 0 calls, 0 failed',
      '  A/A 0 of 0, 0 calls, 0 failed',
    ]);
  });

  it('keeps a pair of equal services if there is another equal name', () => {
    expect(
      compared('GET 0-9\n  A @one 0-1', 'GET 0-9\n  A @one 0-1\n  A @two 1-3').slice(1),
    ).toEqual(['  A/A 0 of 0, 0 calls, 0 failed', '  only B A 2 of 2, 1 calls, 0 failed']);
  });

  it('lists the greatest difference first, also among many equal ones', () => {
    const { byDifference } = compareTraces(
      flame('GET 0-10\n  A 0-4\n  B 4-9'),
      flame('GET 0-20\n  A 0-5\n  B 5-7\n  C 7-19'),
    );
    expect(byDifference.map(({ a, b }) => (b ?? a)?.name)).toEqual(['C', 'B', 'A', 'GET']);
  });

  it('compares with a trace without spans', () => {
    expect(compared('', '')).toEqual([]);
    expect(compared('', 'GET 0-1')).toEqual(['only B GET 1 of 1, 1 calls, 0 failed']);
  });

  it('compares traces of 10,000 levels', () => {
    const deep = Array.from({ length: 10_000 }, (_, i) => `${'  '.repeat(i)}A 0-1`).join('\n');
    expect(compareTraces(flame(deep), flame(deep)).byDifference).toHaveLength(10_000);
  });
});
