import { describe, expect, it } from '@jest/globals';
import { sparklinePath } from '../../../../../lib/viewer/page/graph/sparkline.js';

describe('sparklinePath', () => {
  it('has a bar for each value above 0, the highest as high as the chart', () => {
    expect(sparklinePath([4, 0, 2], 30, 10)).toBe('M0 10V0H9V10ZM20 10V5H29V10Z');
  });

  it('shows small values', () => {
    expect(sparklinePath([1000, 1], 4, 10)).toBe('M0 10V0H2V10ZM2 10V9H4V10Z');
  });

  it('is empty without values', () => {
    expect(sparklinePath([0, 0], 30, 10)).toBe('');
    expect(sparklinePath([], 30, 10)).toBe('');
  });
});
