import { describe, expect, it } from '@jest/globals';
import { readFields } from '../../../../lib/export/otlp/protobuf-reader.js';

const read = (hex: string) => readFields(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('readFields', () => {
  it('reads numbers and bytes in their order', () => {
    expect(read('08 ac02  12 02 6f6b  08 00')).toEqual([
      { number: 1, value: 300 },
      { number: 2, value: Buffer.from('ok') },
      { number: 1, value: 0 },
    ]);
  });

  it('passes over fields of fixed length', () => {
    expect(read('09 0102030405060708  15 01020304  18 05')).toEqual([{ number: 3, value: 5 }]);
  });

  it('reads nothing from nothing', () => {
    expect(read('')).toEqual([]);
  });

  it.each([
    ['a number that breaks off', '08 ff'],
    ['bytes that break off', '12 05 61'],
    ['a fixed field that breaks off', '09 0102'],
    ['a tag without a value', '08'],
    ['a number that never ends', `08 ${'ff'.repeat(11)}`],
    ['field 0', '00 01'],
    ['an unknown wire type', '0b'],
    ['words', Buffer.from('<html>').toString('hex')],
  ])('refuses %s', (_, hex) => {
    expect(() => read(hex)).toThrow(RangeError);
  });
});
