import { describe, expect, it } from '@jest/globals';
import {
  SERVICE_COLOR_COUNT,
  serviceColorOf,
} from '../../../../../lib/viewer/page/parts/service-color.js';

describe('serviceColorOf', () => {
  it('gives a name the same colour every time', () => {
    expect(['gateway', 'orders', 'inventory'].map(serviceColorOf)).toEqual(
      ['gateway', 'orders', 'inventory'].map(serviceColorOf),
    );
  });

  it('uses every colour, and no number beyond them', () => {
    const numbers = new Set(Array.from({ length: 500 }, (_, i) => serviceColorOf(`service-${i}`)));
    const all = Array.from({ length: SERVICE_COLOR_COUNT }, (_, i) => i);
    expect([...numbers].sort((a, b) => a - b)).toEqual(all);
  });
});
