import { describe, expect, it } from '@jest/globals';
import { formatDuration } from '../../../../lib/export/console/format-duration.js';

describe('formatDuration', () => {
  it.each([
    [0, '0 µs'],
    [0.0004, '0 µs'],
    [0.3, '300 µs'],
    [0.9994, '999 µs'],
    [0.9996, '1.0 ms'],
    [9.96, '10.0 ms'],
    [99.94, '99.9 ms'],
    [99.96, '100 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [59_994, '59.99 s'],
    [59_996, '1m 0s'],
    [61_000, '1m 1s'],
    [3_600_000, '60m 0s'],
  ])('of %d ms is %s', (millis, text) => {
    expect(formatDuration(millis)).toBe(text);
  });
});
