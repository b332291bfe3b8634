import { describe, expect, it } from '@jest/globals';
import { clip, lengthOf, pad, paintAnsi, paintNothing, Style } from '../../lib/terminal-text.js';

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
