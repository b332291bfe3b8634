import type { FlameNode } from '../../analysis/flame-tree.js';
import { serviceColorOf } from '../parts/service-color.js';
import type { CanvasPalette } from './canvas-palette.js';
import type { FlameLayout } from './flame-layout.js';

/** The height of a level, in pixels. */
export const FLAME_LEVEL_HEIGHT = 20;
/** Deeper levels are not drawn: the canvas would be too high for browsers. */
export const MAX_FLAME_LEVELS = 400;
const MIN_WIDTH = 0.4;
const MIN_TEXT_WIDTH = 30;
const PADDING = 4;

/** Draws a flame tree. @param current the node that is outlined */
export function drawFlame(
  context: CanvasRenderingContext2D,
  layout: FlameLayout,
  palette: CanvasPalette,
  width: number,
  current: FlameNode | undefined,
): void {
  const { levelCount, lefts, rights, levels } = layout;
  context.clearRect(0, 0, width, Math.min(levelCount, MAX_FLAME_LEVELS) * FLAME_LEVEL_HEIGHT);
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const pending: FlameNode[] = [...layout.roots];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const { index } = node;
    const x = (lefts[index] as number) * width;
    const nodeWidth = (rights[index] as number) * width - x;
    const level = levels[index] as number;
    // What is below a narrow node is not wider.
    if (nodeWidth < MIN_WIDTH || level >= MAX_FLAME_LEVELS) continue;
    pending.push(...(layout.children.get(index) ?? []));
    const y = level * FLAME_LEVEL_HEIGHT;
    drawNode(context, palette, node, x, y, nodeWidth);
    if (node === current) {
      context.strokeStyle = palette.ink;
      context.lineWidth = 2;
      context.strokeRect(x + 1, y + 1, Math.max(1, nodeWidth - 2), FLAME_LEVEL_HEIGHT - 2);
    }
  }
}

function drawNode(
  context: CanvasRenderingContext2D,
  palette: CanvasPalette,
  node: FlameNode,
  x: number,
  y: number,
  width: number,
): void {
  const gap = width > 3 ? 1 : 0;
  context.globalAlpha = 0.22;
  context.fillStyle = palette.services[serviceColorOf(node.service)] ?? palette.ink;
  context.fillRect(x, y, width - gap, FLAME_LEVEL_HEIGHT - 1);
  context.globalAlpha = 1;
  context.fillRect(x, y, Math.min(3, width - gap), FLAME_LEVEL_HEIGHT - 1);
  if (node.failedCount > 0) {
    context.fillStyle = palette.bad;
    context.fillRect(x, y + FLAME_LEVEL_HEIGHT - 3, width - gap, 2);
  }
  if (width < MIN_TEXT_WIDTH) return;
  const times = node.callCount > 1 ? `${node.callCount.toLocaleString('en')} × ` : '';
  context.save();
  context.beginPath();
  context.rect(x, y, width - PADDING, FLAME_LEVEL_HEIGHT);
  context.clip();
  context.fillStyle = palette.ink;
  const mark = node.failedCount > 0 ? '✗ ' : '';
  context.fillText(`${mark}${times}${node.name}`, x + 3 + PADDING, y + FLAME_LEVEL_HEIGHT / 2);
  context.restore();
}
