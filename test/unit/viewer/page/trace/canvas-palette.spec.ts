import { describe, expect, it } from '@jest/globals';
import { canvasPalette } from '../../../../../lib/viewer/page/trace/canvas-palette.js';

describe('canvasPalette', () => {
  it('asks for the variables of the theme', () => {
    const palette = canvasPalette((value) => `<${value}>`);
    expect(palette.bad).toBe('<var(--bad)>');
    expect(palette.services[11]).toBe('<var(--service-11)>');
    expect(palette.services).toHaveLength(12);
  });
});
