import { describe, expect, it } from '@jest/globals';
import { ProtobufOutput } from '../../../../lib/viewer/otlp/protobuf-output.js';

function hexOf(write: (output: ProtobufOutput) => void): string {
  const output = new ProtobufOutput(1);
  write(output);
  return output.written().toString('hex');
}

describe('ProtobufOutput', () => {
  it.each([
    ['a whole number', (o: ProtobufOutput) => o.uint(1, 300), '08ac02'],
    ['a field number of two bytes', (o: ProtobufOutput) => o.uint(16, 1), '800101'],
    ['a negative number', (o: ProtobufOutput) => o.int64(1, -1, -1), '08ffffffffffffffffff01'],
    ['a number above 32 bits', (o: ProtobufOutput) => o.int64(1, 0, 1), '088080808010'],
    ['eight bytes', (o: ProtobufOutput) => o.fixed64(7, 1, 2), '390100000002000000'],
    ['four bytes', (o: ProtobufOutput) => o.fixed32(16, 0x101), '850101010000'],
    ['a double', (o: ProtobufOutput) => o.double(4, 1.5), '21000000000000f83f'],
    ['a text', (o: ProtobufOutput) => o.text(5, 'ü'), '2a02c3bc'],
    ['half a surrogate pair', (o: ProtobufOutput) => o.text(5, '\ud800'), '2a03efbfbd'],
    [
      'a part of other bytes',
      (o: ProtobufOutput) => o.copy(2, Buffer.from('abcd'), 1, 3),
      '12026263',
    ],
  ])('writes %s', (_, write, hex) => {
    expect(hexOf(write)).toBe(hex);
  });

  it('writes the length of a message before it, also one of several bytes', () => {
    const hex = hexOf((output) => {
      const outer = output.begin(1);
      const inner = output.begin(2);
      output.raw(Buffer.alloc(200, 7));
      output.finish(inner);
      output.finish(outer);
    });
    expect(hex).toBe(`0acb0112c801${'07'.repeat(200)}`);
  });
});
