import { describe, expect, it } from '@jest/globals';
import { sizeOfBody } from '../../../lib/messaging/body-size.js';

describe('sizeOfBody', () => {
  it.each<[unknown, number | undefined]>([
    ['ü', 2],
    [Buffer.from('abc'), 3],
    [null, undefined],
    [{}, undefined],
  ])('of %p is %p', (body, size) => {
    expect(sizeOfBody(body)).toBe(size);
  });
});
