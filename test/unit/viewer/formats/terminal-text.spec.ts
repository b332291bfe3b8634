import { describe, expect, it } from '@jest/globals';
import {
  clip,
  lengthOf,
  pad,
  paintAnsi,
  paintNothing,
  Style,
} from '../../../../lib/viewer/formats/terminal-text.js';

describe('texts for terminals', () => {
  it('count characters', () => {
    expect(lengthOf('a😀')).toBe(2);
    expect([clip('abc', 3), clip('abcd', 3), clip('😀😀😀', 2), clip('a', 0)]).toEqual([
      'abc',
      'ab…',
      '😀…',
      '',
    ]);
    expect([pad('😀', 3), pad('abcd', 3)]).toEqual(['😀  ', 'abcd']);
  });

  it('have styles of ANSI, or none', () => {
    expect(paintAnsi(Style.RED, 'x')).toBe('\u001b[31mx\u001b[0m');
    expect(paintAnsi(Style.RED, '')).toBe('');
    expect(paintNothing(Style.RED, 'x')).toBe('x');
  });
});
