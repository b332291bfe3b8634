import { describe, expect, it } from '@jest/globals';
import { waitsOf } from '../../../../lib/viewer/analysis/blocking.js';
import { selfTimesOf } from '../../../../lib/viewer/analysis/self-time.js';
import { treeOf } from '../../../../lib/viewer/analysis/trace-tree.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

describe('selfTimesOf', () => {
  it.each([
    ['alone', 'A 0-10', 10],
    ['with a child', 'A 0-10\n  B 2-5', 7],
    ['with children at once', 'A 0-10\n  B 2-6\n  C 4-8', 4],
    ['with a child within another', 'A 0-10\n  B 2-8\n  C 3-4\n  D 7-9', 3],
    ['with children beyond it', 'A 0-10\n  B -2-1\n  C @c 8-14\n  D @d 20-30', 7],
    ['with a detached child', 'A 0-10\n  B 2-20', 10],
    ['with a message', 'A [producer] 0-10\n  B [consumer] @b 2-8', 10],
  ])('of a span %s', (_case, text, millis) => {
    const tree = treeOf(traceOfLines(text));
    expect((selfTimesOf(tree, waitsOf(tree))[0] as number) / 1e6).toBe(millis);
  });
});
