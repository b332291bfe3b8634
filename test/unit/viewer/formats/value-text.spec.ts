import { describe, expect, it } from '@jest/globals';
import { attributesLine, valueText } from '../../../../lib/viewer/formats/value-text.js';

describe('valueText', () => {
  it.each([
    ['plain', 'plain'],
    ['two words', '"two words"'],
    ['', '""'],
    [1.5, '1.5'],
    [true, 'true'],
    [null, 'null'],
    [2n ** 60n, '1152921504606846976'],
    [new Uint8Array(3), '3 bytes'],
    [['a', 1n], '["a","1"]'],
    [{ a: new Uint8Array(2) }, '{"a":"2 bytes"}'],
  ])('of %p', (value, text) => expect(valueText(value)).toBe(text));
});

describe('attributesLine', () => {
  it('is sorted and on one line', () => {
    expect(attributesLine({ b: 'x\ny', a: 1 })).toBe('a=1 b="x\\ny"');
    expect(attributesLine({ 'a\n': '\u009b1m' })).toBe('a=1m');
  });
});
