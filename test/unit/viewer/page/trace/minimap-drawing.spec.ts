import { describe, expect, it } from '@jest/globals';
import { serviceColorOf } from '../../../../../lib/viewer/page/parts/service-color.js';
import {
  coloredPixels,
  minimapPixels,
  rgbOf,
} from '../../../../../lib/viewer/page/trace/minimap-drawing.js';
import { traceModelOf } from '../../../../../lib/viewer/page/trace/trace-model.js';
import { traceOfLines } from '../../../../support/trace-of-lines.js';

describe('minimapPixels', () => {
  it('has time to the right and the tree downwards', () => {
    const model = traceModelOf(
      traceOfLines(`
        a @gateway 0-100
          b @orders 50-80
      `),
    );
    const [a, b] = ['gateway', 'orders'].map(serviceColorOf);
    expect([...minimapPixels(model, 10, 2)]).toEqual([
      ...Array(10).fill(a),
      ...[255, 255, 255, 255, 255, b, b, b, 255, 255],
    ]);
  });

  it('shows a span of no duration, and more spans than lines', () => {
    const lines = Array.from({ length: 50 }, (_, i) => `  c ${i}-${i}`);
    const model = traceModelOf(traceOfLines(['a 0-100', ...lines].join('\n')));
    const pixels = minimapPixels(model, 100, 5);
    expect(pixels[4 * 100 + 49]).not.toBe(255);
  });
});

describe('coloredPixels', () => {
  it('leaves empty pixels transparent', () => {
    expect([...coloredPixels(Uint8Array.of(0, 255), [[1, 2, 3]])]).toEqual([
      1, 2, 3, 255, 0, 0, 0, 0,
    ]);
  });
});

describe('rgbOf', () => {
  it('reads colours as browsers write them', () => {
    expect(rgbOf('rgb(1, 20, 255)')).toEqual([1, 20, 255]);
  });
});
