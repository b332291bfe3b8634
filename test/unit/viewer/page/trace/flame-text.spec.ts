import { describe, expect, it } from '@jest/globals';
import { analyse } from '../../../../../lib/viewer/analysis/analyse.js';
import { type FlameNode, flameTreeOf } from '../../../../../lib/viewer/analysis/flame-tree.js';
import { flameText } from '../../../../../lib/viewer/page/trace/flame-text.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

describe('flameText', () => {
  it('says what a node is, by both widths', () => {
    const tree = flameTreeOf(
      analyse(traceOfLines('a 0-100\n  b [failed] @orders 0-25\n  b 25-50')),
    );
    const node = tree.nodes.find(({ service }) => service === 'orders') as FlameNode;
    expect(flameText(node, 'path', 100e6)).toBe(
      'orders b · 1 call · 1 failed · 25.0 ms on the path, 25 % · own 25.0 ms',
    );
    expect(flameText(node, 'work', 50e6)).toContain('25.0 ms of work, 50 %');
  });
});
