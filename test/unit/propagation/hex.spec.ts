import { describe, expect, it } from '@jest/globals';
import { hexByte, isHex, isId } from '../../../lib/propagation/hex.js';

describe('isHex', () => {
  it('accepts exactly the lower-case hex digits among all characters', () => {
    const accepted = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(
      (char) => isHex(char, 0, 1),
    );
    expect(accepted.join('')).toBe('0123456789abcdef');
  });

  it('looks at the given part only, which must be there', () => {
    expect(isHex('xx00ffxx', 2, 6)).toBe(true);
    expect(isHex('xx00ffxx', 1, 6)).toBe(false);
    expect(isHex('xx00ff', 2, 7)).toBe(false);
  });
});

describe('isId', () => {
  it.each([
    ['00f0', true],
    ['0001', true],
    ['0000', false],
    ['00F0', false],
    ['00g0', false],
    ['00f', false],
    ['00\u0130f', false],
    ['00\u01f0f', false],
  ])('says of %j %s', (text, expected) => {
    expect(isId(text, 0, 4)).toBe(expected);
  });
});

describe('hexByte', () => {
  it.each([
    ['00', 0],
    ['0f', 15],
    ['ff', 255],
    ['0F', -1],
    ['f', -1],
    ['', -1],
    ['0 ', -1],
  ])('reads %j as %i', (text, byte) => {
    expect(hexByte(text, 0)).toBe(byte);
  });
});
