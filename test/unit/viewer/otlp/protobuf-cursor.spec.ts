import { describe, expect, it } from '@jest/globals';
import { ProtobufCursor } from '../../../../lib/viewer/otlp/protobuf-cursor.js';
import { randomOfSeed } from '../../../support/random-of-seed.js';

function cursorOf(hex: string): ProtobufCursor {
  return new ProtobufCursor(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

describe('ProtobufCursor', () => {
  it('reads numbers, texts and fixed fields in their order', () => {
    const cursor = cursorOf('08 ac02  12 02 6f6b  19 0100000002000000  25 03000000');
    expect(cursor.next() && [cursor.field, cursor.unsigned()]).toEqual([1, 300]);
    expect(cursor.next() && [cursor.field, cursor.text(), cursor.hex()]).toEqual([2, 'ok', '6f6b']);
    expect(cursor.next() && [cursor.field, cursor.low, cursor.high]).toEqual([3, 1, 2]);
    expect(cursor.next() && [cursor.field, cursor.low, cursor.high]).toEqual([4, 3, 0]);
    expect([cursor.next(), cursor.isBroken]).toEqual([false, false]);
  });

  it.each([
    ['zero', '08 00', 0],
    ['minus one', '08 ffffffffffffffffff01', -1],
    ['the largest exact number', '08 ffffffffffffff0f', Number.MAX_SAFE_INTEGER],
    ['one more, as a bigint', '08 8080808080808010', 2n ** 53n],
    ['the largest number', '08 ffffffffffffffff7f', 2n ** 63n - 1n],
    ['the smallest number', '08 80808080808080808001', -(2n ** 63n)],
  ])('reads %s with its sign', (_, hex, value) => {
    const cursor = cursorOf(hex);
    expect(cursor.next() && cursor.signed()).toBe(value);
  });

  it('reads doubles, and 0 from a field of another type', () => {
    const cursor = cursorOf('09 000000000000f83f  10 05');
    expect(cursor.next() && cursor.double()).toBe(1.5);
    expect(cursor.next() && cursor.double()).toBe(0);
  });

  it('goes into a message and out of it, also when it is not read to its end', () => {
    const cursor = cursorOf('0a 04 0801 1002  18 07');
    cursor.next();
    const outerEnd = cursor.enter();
    expect(cursor.next() && cursor.field).toBe(1);
    cursor.leave(outerEnd);
    expect(cursor.next() && [cursor.field, cursor.low]).toEqual([3, 7]);
  });

  it('reads a text up to a length', () => {
    const cursor = cursorOf('0a 03 616263');
    expect(cursor.next() && cursor.text(2)).toBe('ab');
  });

  it.each([
    ['a number that breaks off', '08 ff'],
    ['bytes that break off', '12 05 61'],
    ['a length of more than 32 bits', `12 ffffffffff0f 61`],
    ['eight bytes that break off', '09 0102'],
    ['four bytes that break off', '0d 0102'],
    ['a tag without a value', '08'],
    ['a number of more than 64 bits', `08 ${'ff'.repeat(11)}`],
    ['field 0', '00 01'],
    ['a field number that is too large', 'f8ffffffff01 00'],
    ['the groups of proto2', '0b'],
    ['words', Buffer.from('<html>').toString('hex')],
  ])('stops at %s, for good', (_, hex) => {
    const cursor = cursorOf(hex);
    while (cursor.next());
    expect(cursor.isBroken).toBe(true);
    expect(cursor.next()).toBe(false);
  });

  it('does not read beyond the inner message, although bytes follow', () => {
    const cursor = cursorOf('0a 02 12 05  6162636465');
    cursor.next();
    cursor.enter();
    expect([cursor.next(), cursor.isBroken]).toEqual([false, true]);
  });

  it('comes to an end with any bytes', () => {
    const random = randomOfSeed(1);
    for (let round = 0; round < 5_000; round++) {
      const bytes = Buffer.from(Array.from({ length: 40 }, () => Math.floor(random() * 256)));
      const cursor = new ProtobufCursor(bytes);
      let steps = 0;
      while (cursor.next()) steps++;
      expect(steps).toBeLessThanOrEqual(20);
      expect(cursor.position).toBeLessThanOrEqual(bytes.length);
    }
  });
});
