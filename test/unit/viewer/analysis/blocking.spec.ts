import { describe, expect, it } from '@jest/globals';
import { toleranceOf, Wait, waitsOf } from '../../../../lib/viewer/analysis/blocking.js';
import { treeOf } from '../../../../lib/viewer/analysis/trace-tree.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

function waitOfLast(text: string): number | undefined {
  return waitsOf(treeOf(traceOfLines(text))).at(-1);
}

describe('waitsOf', () => {
  it.each([
    ['a child within its parent', 'A 0-10\n  B 2-8', Wait.WAITED],
    ['a root', 'A 0-10', Wait.WAITED],
    ['a child that outlives its parent', 'A 0-10\n  B 2-12', Wait.DETACHED],
    ['a child that outlives a short parent by 50 µs', 'A 0-1\n  B 0.5-1.05', Wait.WAITED],
    ['a child that outlives a short parent by more', 'A 0-1\n  B 0.5-1.051', Wait.DETACHED],
    ['a child that outlives its parent by 1 %', 'A 0-100\n  B 2-101', Wait.WAITED],
    ['a child that outlives its parent by more', 'A 0-100\n  B 2-101.01', Wait.DETACHED],
    ['a server that answers on', 'A [client] 0-10\n  B [server] @b 2-12', Wait.WAITED],
    ['a child that starts when its parent ends', 'A 0-10\n  B @b 10-12', Wait.LATER],
    ['a child of no duration at the end', 'A 0-10\n  B 10-10', Wait.WAITED],
    ['a consumer', 'A [producer] 0-10\n  B [consumer] @b 2-8', Wait.MESSAGE],
    ['a consumer below another span', 'A 0-10\n  B [consumer] @b 2-8', Wait.WAITED],
  ])('of %s', (_case, text, wait) => {
    expect(waitOfLast(text)).toBe(wait);
  });

  it('knows no service of a missing parent', () => {
    const trace = traceOfLines('A 0-10', { A: { parentSpanId: '00000000000000ff' } });
    expect([...waitsOf(treeOf(trace))]).toEqual([Wait.WAITED, Wait.WAITED]);
  });
});

describe('toleranceOf', () => {
  it('is 1 % of the duration, and 50 µs at least', () => {
    const tree = treeOf(traceOfLines('A 0-100\n  B 0-1'));
    expect([toleranceOf(tree, 0), toleranceOf(tree, 1)]).toEqual([1_000_000, 50_000]);
  });
});
