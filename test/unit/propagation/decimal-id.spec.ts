import { describe, expect, it } from '@jest/globals';
import { decimalFromHex, hexFromDecimal } from '../../../lib/propagation/decimal-id.js';
import { seededRandom } from '../../../lib/testing/contracts/given-random.js';

describe('64-bit ids in decimal', () => {
  it.each([
    ['0', '0000000000000000'],
    ['1', '0000000000000001'],
    ['255', '00000000000000ff'],
    ['99999', '000000000001869f'],
    ['100000', '00000000000186a0'],
    ['4294967295', '00000000ffffffff'],
    ['4294967296', '0000000100000000'],
    ['10000000000000000000', '8ac7230489e80000'],
    ['18446744073709551615', 'ffffffffffffffff'],
  ])('%s is %s', (decimal, hex) => {
    expect(hexFromDecimal(decimal)).toBe(hex);
    expect(decimalFromHex(hex)).toBe(decimal);
  });

  it.each([
    '',
    '-1',
    '1.5',
    '0x1',
    ' 1',
    '18446744073709551616',
    '99999999999999999999',
    '1'.repeat(21),
  ])('%j is none', (text) => {
    expect(hexFromDecimal(text)).toBeUndefined();
  });

  it('agree with BigInt', () => {
    const random = seededRandom(7);
    for (let i = 0; i < 5_000; i++) {
      const high = BigInt(Math.floor(random() * 2 ** 32));
      const value = ((high << 32n) | BigInt(Math.floor(random() * 2 ** 32))) >> BigInt(i % 64);
      const hex = value.toString(16).padStart(16, '0');
      expect(hexFromDecimal(String(value))).toBe(hex);
      expect(decimalFromHex(hex)).toBe(String(value));
    }
  });
});
