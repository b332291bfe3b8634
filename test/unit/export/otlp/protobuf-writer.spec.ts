import { describe, expect, it } from '@jest/globals';
import {
  isInt64,
  ProtobufWriter,
  putVarint,
  varintSize,
  WriterPool,
} from '../../../../lib/export/otlp/protobuf-writer.js';

function written(write: (writer: ProtobufWriter) => void): string {
  const writer = new ProtobufWriter(1);
  write(writer);
  return writer.written().toString('hex');
}

describe('ProtobufWriter', () => {
  it.each<[string, string, string]>([
    ['nothing', '', '0a00'],
    ['ASCII', 'abc', '0a03616263'],
    ['other letters', 'ä', '0a02c3a4'],
    ['what takes four bytes', '🌍', '0a04f09f8c8d'],
    ['half a pair', '\ud83c', '0a03efbfbd'],
    ['a zero character', 'a\u0000', '0a026100'],
  ])('writes a text of %s', (_, text, hex) => {
    expect(written((writer) => writer.string(0x0a, text))).toBe(hex);
  });

  it.each([31, 32, 33, 42, 43, 63, 64, 127, 128, 129, 16_383, 16_384])(
    'writes texts of %i characters with minimal lengths',
    (length) => {
      for (const letter of ['a', 'ä', '世']) {
        const bytes = Buffer.from(letter.repeat(length));
        const head = Buffer.from([0x0a, 0, 0, 0, 0, 0]);
        const headLength = putVarint(head, 1, bytes.length);
        const expected = Buffer.concat([head.subarray(0, headLength), bytes]);
        expect(written((writer) => writer.string(0x0a, letter.repeat(length)))).toBe(
          expected.toString('hex'),
        );
      }
    },
  );

  it.each<[number, string]>([
    [0, '1800'],
    [1, '1801'],
    [127, '187f'],
    [128, '188001'],
    [300, '18ac02'],
    [2 ** 31, '188080808008'],
    [2 ** 32, '188080808010'],
    [2 ** 53 - 1, '18ffffffffffffff0f'],
    [-1, '18ffffffffffffffffff01'],
    [-(2 ** 63), '1880808080808080808001'],
  ])('writes the whole number %i', (value, hex) => {
    expect(written((writer) => writer.int64(0x18, value))).toBe(hex);
  });

  it.each<[number, string]>([
    [0.5, '21000000000000e03f'],
    [Number.NaN, '21000000000000f87f'],
    [Number.POSITIVE_INFINITY, '21000000000000f07f'],
  ])('writes the double %p', (value, hex) => {
    expect(written((writer) => writer.double(0x21, value))).toBe(hex);
  });

  it.each<[string, string, string]>([
    ['an id', '0123456789abcdef', '12080123456789abcdef'],
    ['an id in upper case', '0123456789ABCDEF', '12080123456789abcdef'],
    ['an id that is too short', '0123', '12080123000000000000'],
  ])('writes %s as eight bytes', (_, digits, hex) => {
    expect(written((writer) => writer.id(0x12, digits, 8))).toBe(hex);
  });

  it('writes as many bytes for what is no id', () => {
    expect(written((writer) => writer.id(0x12, 'zz👍34567', 8))).toMatch(/^1208[0-9a-f]{16}$/);
  });

  it('writes a time as epoch nanoseconds, least byte first', () => {
    expect(written((writer) => writer.time(0x39, 1_700_000_000, 250_000))).toBe(
      '3990d02d36fe9c9717',
    );
  });

  it.each([
    [0, 1, '0a00'],
    [0, 3, '0a00'],
    [127, 1, `0a7f${'61'.repeat(127)}`],
    [128, 1, `0a8001${'61'.repeat(128)}`],
    [300, 3, `0aac02${'61'.repeat(300)}`],
    [20_000, 1, `0aa09c01${'61'.repeat(20_000)}`],
  ])(
    'gives a message of %i bytes its length, where room for %i bytes was left',
    (length, size, hex) => {
      const text = written((writer) => {
        const start = writer.begin(0x0a, size);
        writer.ensure(length);
        writer.bytes.fill(0x61, writer.position, writer.position + length);
        writer.position += length;
        writer.finish(start, size);
      });
      expect(text).toBe(hex);
    },
  );

  it('can be used again', () => {
    const writer = new ProtobufWriter(8);
    writer.string(0x0a, 'first');
    writer.position = 0;
    writer.string(0x0a, 'b');
    expect(writer.written().toString('hex')).toBe('0a0162');
  });
});

describe('varintSize', () => {
  it('says how many bytes putVarint takes', () => {
    for (const value of [0, 127, 128, 16_383, 16_384, 2 ** 21 - 1, 2 ** 21, 2 ** 28, 2 ** 32 - 1]) {
      expect([value, varintSize(value)]).toEqual([value, putVarint(Buffer.alloc(8), 0, value)]);
    }
  });
});

describe('WriterPool', () => {
  it('gives out a writer again once it is given back, and empty', () => {
    const pool = new WriterPool();
    const writer = pool.take();
    writer.string(0x0a, 'text');
    expect(pool.take()).not.toBe(writer);
    pool.give(writer);
    expect(pool.take()).toBe(writer);
    expect(writer.position).toBe(0);
  });

  it('keeps no more than a few, and none that is huge', () => {
    const pool = new WriterPool();
    pool.give(new ProtobufWriter(5 * 1024 * 1024));
    expect(pool.take().bytes.length).toBeLessThan(1024 * 1024);
    const given = Array.from({ length: 20 }, () => new ProtobufWriter(64));
    for (const writer of given) pool.give(writer);
    const taken = Array.from({ length: 20 }, () => pool.take());
    expect(taken.filter((writer) => given.includes(writer))).toHaveLength(2);
  });
});

describe('isInt64', () => {
  it.each<[number, boolean]>([
    [0, true],
    [-0, true],
    [-1, true],
    [2 ** 53, true],
    [2 ** 63 - 1024, true],
    [2 ** 63, false],
    [-(2 ** 63), true],
    [-(2 ** 63) - 2048, false],
    [0.5, false],
    [Number.NaN, false],
    [Number.POSITIVE_INFINITY, false],
  ])('of %p is %p', (value, is) => {
    expect(isInt64(value)).toBe(is);
  });
});
