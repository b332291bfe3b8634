import { describe, expect, it } from '@jest/globals';
import { ThriftTags } from '../../../../lib/export/jaeger/thrift-tag.js';
import { ThriftWriter } from '../../../../lib/export/jaeger/thrift-writer.js';

function written(add: (tags: ThriftTags) => void): string {
  const writer = new ThriftWriter();
  const tags = new ThriftTags(writer, 10);
  add(tags);
  tags.end();
  return writer.written().toString('hex');
}

const LIST = '0f000a0c';
const KEY = '0b0001000000016b';

describe('ThriftTags', () => {
  it.each<[string, unknown, string]>([
    ['a text', 'v', '08000200000000 0b00030000000176'],
    ['a fraction', 0.5, '08000200000001 0400043fe0000000000000'],
    ['a truth', true, '08000200000002 02000501'],
    ['a whole number', -1, '08000200000003 0a0006ffffffffffffffff'],
    ['a list', ['v', 1], '08000200000000 0b0003000000075b2276222c315d'],
  ])('writes %s', (_, value, hex) => {
    const tag = `${KEY}${hex.replaceAll(' ', '')}00`;
    expect(written((tags) => tags.add('k', value))).toBe(`${LIST}00000001${tag}`);
  });

  it.each([undefined, null, {}, Symbol('s'), () => {}])(
    'leaves out what is no value: %p',
    (value) => {
      expect(written((tags) => tags.add('k', value))).toBe(`${LIST}00000000`);
    },
  );

  it('adds attributes but for those that are left out', () => {
    const all = written((tags) => tags.addAll({ k: true, other: 1 }, (key) => key === 'other'));
    expect(all).toBe(written((tags) => tags.add('k', true)));
    expect(written((tags) => tags.addAll(undefined))).toBe(`${LIST}00000000`);
  });

  it('adds counts, but none of zero', () => {
    const none = written((tags) => {
      tags.addCount('k', 0);
      tags.addCount('k', undefined);
    });
    expect(none).toBe(`${LIST}00000000`);
    expect(written((tags) => tags.addCount('k', 2))).toBe(written((tags) => tags.add('k', 2)));
  });
});
