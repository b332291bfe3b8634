import type { ComparedNode } from '../../analysis/compare.js';
import type { FlameNode } from '../../analysis/flame-tree.js';

/** A rectangle of a chart, in parts of its width and in levels. */
export interface IciclePart {
  readonly node: ComparedNode;
  readonly own: FlameNode;
  /** From 0 to 1. */
  readonly left: number;
  readonly width: number;
  /** From 0. */
  readonly level: number;
}

/** Deeper and narrower rectangles cannot be seen in a small chart. */
const MAX_LEVELS = 8;
const MIN_WIDTH = 0.004;

/**
 * The critical path of a trace as a chart: each call path below the one it belongs to, as wide as its time on the
 * path with what is below it.
 *
 * @param longestNanos what the whole width stands for: both charts have the same scale
 */
export function icicleOf(
  roots: readonly ComparedNode[],
  side: 'a' | 'b',
  longestNanos: number,
): IciclePart[] {
  const parts: IciclePart[] = [];
  const add = (nodes: readonly ComparedNode[], left: number, level: number): void => {
    let at = left;
    for (const node of nodes) {
      const own = node[side];
      if (own === undefined || longestNanos === 0) continue;
      const width = own.pathTotalNanos / longestNanos;
      if (width >= MIN_WIDTH) {
        parts.push({ node, own, left: at, width, level });
        if (level + 1 < MAX_LEVELS) add(node.children, at, level + 1);
      }
      at += width;
    }
  };
  add(roots, 0, 0);
  return parts;
}
