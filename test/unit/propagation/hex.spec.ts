import { describe, expect, it } from '@jest/globals';
import { digitAt, digits, isHex, isSpanId, isTraceId } from '../../../lib/propagation/hex.js';

const ALL_CHARS = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
const HEX = '0123456789abcdef';

describe.each([
  ['isTraceId', isTraceId, 32],
  ['isSpanId', isSpanId, 16],
])('%s', (_name, isId, length) => {
  it('accepts exactly the lower-case hex digits among all characters, in every place', () => {
    for (const place of [0, 7, length - 1]) {
      const accepted = ALL_CHARS.filter((char) =>
        isId('1'.repeat(place) + char + '1'.repeat(length - 1 - place)),
      );
      expect(accepted.join('')).toBe(HEX);
    }
  });

  it('wants the whole length and no more', () => {
    expect(isId('a'.repeat(length))).toBe(true);
    expect(isId('a'.repeat(length - 1))).toBe(false);
    expect(isId('a'.repeat(length + 1))).toBe(false);
    expect(isId(`${'a'.repeat(length)}\n`)).toBe(false);
    expect(isId(`\n${'a'.repeat(length)}`)).toBe(false);
    expect(isId('')).toBe(false);
  });

  it('does not accept zeros alone', () => {
    expect(isId('0'.repeat(length))).toBe(false);
    expect(isId(`${'0'.repeat(length - 1)}1`)).toBe(true);
    expect(isId(`1${'0'.repeat(length - 1)}`)).toBe(true);
  });
});

describe('isHex', () => {
  it.each([
    ['', true],
    ['0', true],
    ['00ff', true],
    ['00FF', false],
    ['0g', false],
    ['0\n', false],
  ])('says of %j %s', (text, expected) => {
    expect(isHex(text)).toBe(expected);
  });
});

describe('digitAt', () => {
  it('is the value of each digit', () => {
    expect([...HEX].map((_, place) => digitAt(HEX, place))).toEqual([...HEX].map((_, i) => i));
  });
});

describe('digits', () => {
  it('is the source of an expression for so many digits', () => {
    expect(new RegExp(`^${digits(3)}$`).test('0af')).toBe(true);
    expect(new RegExp(`^${digits(3)}$`).test('0a')).toBe(false);
  });
});
