import { describe, expect, it } from '@jest/globals';
import { base64OfBytes, bytesOfBase64, hexOfBytes } from '../../../../lib/viewer/formats/base64.js';
import { randomOfSeed } from '../../../support/random-of-seed.js';

describe('base64', () => {
  it('is that of Node, both ways', () => {
    const random = randomOfSeed(61);
    for (let length = 0; length < 100; length++) {
      const bytes = Uint8Array.from({ length }, () => Math.floor(random() * 256));
      const text = Buffer.from(bytes).toString('base64');
      expect(base64OfBytes(bytes)).toBe(text);
      expect(bytesOfBase64(text)).toEqual(bytes);
      expect(bytesOfBase64(Buffer.from(bytes).toString('base64url'))).toEqual(bytes);
    }
  });

  it.each(['a', 'ab!d', 'ü'])('refuses %p', (text) => expect(bytesOfBase64(text)).toBeUndefined());
});

describe('hexOfBytes', () => {
  it('has two digits for each byte', () => {
    expect(hexOfBytes(Uint8Array.of(0, 10, 255))).toBe('000aff');
  });
});
