import { describe, expect, it } from '@jest/globals';
import { ThriftWriter } from '../../../../lib/export/jaeger/thrift-writer.js';

function written(write: (writer: ThriftWriter) => void): string {
  const writer = new ThriftWriter();
  write(writer);
  return writer.written().toString('hex');
}

describe('ThriftWriter', () => {
  it.each<[string, (writer: ThriftWriter) => void, string]>([
    ['true', (writer) => writer.boolField(5, true), '02 0005 01'],
    ['false', (writer) => writer.boolField(5, false), '02 0005 00'],
    ['a double', (writer) => writer.doubleField(4, -0.5), '04 0004 bfe0000000000000'],
    ['an i32', (writer) => writer.i32Field(7, -2), '08 0007 fffffffe'],
    ['an i64 of zero', (writer) => writer.i64Field(6, 0), '0a 0006 0000000000000000'],
    ['an i64 below zero', (writer) => writer.i64Field(6, -1), '0a 0006 ffffffffffffffff'],
    [
      'an i64 of more than 32 bits',
      (writer) => writer.i64Field(6, 2 ** 32 + 5),
      '0a 0006 0000000100000005',
    ],
    [
      'the largest exact i64',
      (writer) => writer.i64Field(6, 2 ** 53 - 1),
      '0a 0006 001fffffffffffff',
    ],
    ['the smallest i64', (writer) => writer.i64Field(6, -(2 ** 63)), '0a 0006 8000000000000000'],
    ['an id', (writer) => writer.i64HexField(3, 'ff00000000000001'), '0a 0003 ff00000000000001'],
    ['a string', (writer) => writer.stringField(1, 'aß☃'), '0b 0001 00000006 61c39fe29883'],
    ['half a pair', (writer) => writer.stringField(1, '\ud800'), '0b 0001 00000003 efbfbd'],
    [
      'a struct',
      (writer) => {
        writer.structField(1);
        writer.stop();
      },
      '0c 0001 00',
    ],
    [
      'a list of structs',
      (writer) => {
        const start = writer.beginStructList(2);
        writer.stop();
        writer.stop();
        writer.endList(start, 2);
      },
      '0f 0002 0c 00000002 00 00',
    ],
  ])('writes %s', (_, write, hex) => {
    expect(written(write)).toBe(hex.replaceAll(' ', ''));
  });

  it.each(['', 'ff', '0g00000000000000', 'ff000000000000010'])('refuses the id %j', (id) => {
    expect(() => written((writer) => writer.i64HexField(3, id))).toThrow(TypeError);
  });

  it('grows with what is written', () => {
    const text = 'x'.repeat(100_000);
    const hex = written((writer) => {
      writer.i32Field(1, 1);
      writer.stringField(2, text);
      writer.i32Field(3, 3);
    });
    const string = `0b0002000186a0${Buffer.from(text).toString('hex')}`;
    expect(hex).toBe(`08000100000001${string}08000300000003`);
  });
});
