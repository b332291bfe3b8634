import { counted, formatNanos } from '../../analysis/durations.js';
import type { FlameNode } from '../../analysis/flame-tree.js';
import type { FlameWidth } from './flame-layout.js';

/** What a node is, in a sentence. @param wholeNanos of all roots together, by the width */
export function flameText(node: FlameNode, width: FlameWidth, wholeNanos: number): string {
  const total = width === 'path' ? node.pathTotalNanos : node.workTotalNanos;
  const own = width === 'path' ? node.pathNanos : node.workNanos;
  const share = wholeNanos === 0 ? 0 : Math.round((total / wholeNanos) * 100);
  return [
    `${node.service} ${node.name}`.trim(),
    counted(node.callCount, 'call'),
    node.failedCount === 0 ? '' : `${node.failedCount.toLocaleString('en')} failed`,
    `${formatNanos(total)} ${width === 'path' ? 'on the path' : 'of work'}, ${share} %`,
    `own ${formatNanos(own)}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
