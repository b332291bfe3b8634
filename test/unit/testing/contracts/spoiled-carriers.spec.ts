import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../lib/testing/contracts/given-random.js';
import { spoiledCarriers } from '../../../../lib/testing/contracts/spoiled-carriers.js';

describe('spoiledCarriers', () => {
  const carriers = (samples: readonly string[] = []) => [
    ...spoiledCarriers(500, ['a', 'b'], samples, seededRandom(3)),
  ];

  it('have all fields, and are the same each time', () => {
    expect(carriers().every((carrier) => Object.keys(carrier).join() === 'a,b')).toBe(true);
    expect(carriers().map(String)).toEqual(carriers().map(String));
    expect(carriers()).toHaveLength(500);
  });

  it('contain texts, lists, buffers and values that are no text', () => {
    const values = carriers().flatMap((carrier) => Object.values(carrier));
    const kinds = new Set(
      values.map((value) =>
        Buffer.isBuffer(value) ? 'buffer' : Array.isArray(value) ? 'list' : typeof value,
      ),
    );
    expect([...kinds].sort()).toEqual([
      ...['boolean', 'buffer', 'function', 'list', 'number', 'object'],
      ...['string', 'symbol', 'undefined'],
    ]);
  });

  it('contain what is left of the samples that they are given', () => {
    const texts = carriers(['MARKED'.repeat(5)]).flatMap((carrier) => Object.values(carrier));
    expect(texts.some((text) => String(text).includes('MARKED'))).toBe(true);
    const others = carriers().flatMap((carrier) => Object.values(carrier));
    expect(others.some((text) => String(text).includes('MARKED'))).toBe(false);
  });
});
