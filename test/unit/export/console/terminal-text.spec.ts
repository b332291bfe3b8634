import { describe, expect, it } from '@jest/globals';
import {
  clip,
  formatDuration,
  lengthOf,
  pad,
  paintAnsi,
  paintNothing,
  Style,
} from '../../../../lib/export/console/terminal-text.js';

describe('clip', () => {
  it.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['🌍🌍🌍', 2, '🌍…'],
    ['ab', 1, '…'],
    ['ab', 0, ''],
    ['', 0, ''],
  ])('of %j to %i is %j', (text, length, clipped) => {
    expect(clip(text, length)).toBe(clipped);
  });
});

describe('pad', () => {
  it('counts characters, and does not cut', () => {
    expect([pad('🌍', 3), pad('long', 2)]).toEqual(['🌍  ', 'long']);
  });
});

describe('lengthOf', () => {
  it('counts characters', () => {
    expect([lengthOf(''), lengthOf('ab'), lengthOf('🌍b')]).toEqual([0, 2, 2]);
  });
});

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

describe('paint', () => {
  it('colours text that is there', () => {
    expect([paintAnsi(Style.RED, 'a'), paintAnsi(Style.RED, '')]).toEqual([
      '\u001b[31ma\u001b[0m',
      '',
    ]);
  });

  it('leaves it alone where there are no colours', () => {
    expect(paintNothing(Style.RED, 'a')).toBe('a');
  });
});
