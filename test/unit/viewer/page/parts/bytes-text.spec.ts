import { describe, expect, it } from '@jest/globals';
import { bytesText } from '../../../../../lib/viewer/page/parts/bytes-text.js';

describe('bytesText', () => {
  it.each([
    [0, '0 kB'],
    [856_000, '856 kB'],
    [38_200_000, '38 MB'],
    [1_250_000_000, '1.3 GB'],
  ])('of %d is %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });
});
