import { describe, expect, it } from '@jest/globals';
import { writeAttribute } from '../../../../lib/export/otlp/protobuf-attribute.js';
import { ProtobufWriter } from '../../../../lib/export/otlp/protobuf-writer.js';
import { expectedAttributes } from './expected-otlp.js';
import { readRequest } from './read-otlp.js';
import { ALL_VALUES } from './sample-spans.js';

function written(key: string, value: unknown): string {
  const writer = new ProtobufWriter(1);
  writeAttribute(writer, 0x4a, key, value);
  return writer.written().toString('hex');
}

/** Reads attributes back as those of a resource. */
function encodeAndRead(attributes: [string, unknown][]): unknown {
  const writer = new ProtobufWriter(16);
  const resourceSpans = writer.begin(0x0a, 3);
  const resource = writer.begin(0x0a, 3);
  for (const [key, value] of attributes) writeAttribute(writer, 0x0a, key, value);
  writer.finish(resource, 3);
  writer.finish(resourceSpans, 3);
  return readRequest(writer.written()).resourceSpans[0].resource.attributes;
}

describe('writeAttribute', () => {
  it.each<[string, unknown, string]>([
    ['k', 'v', '4a080a016b12030a0176'],
    ['k', '', '4a070a016b12020a00'],
    ['k', true, '4a070a016b12021001'],
    ['k', false, '4a070a016b12021000'],
    ['k', 0, '4a070a016b12021800'],
    ['k', 300, '4a080a016b120318ac02'],
    ['k', -1, '4a100a016b120b18ffffffffffffffffff01'],
    ['k', 0.5, '4a0e0a016b120921000000000000e03f'],
    ['k', ['a'], '4a0c0a016b12072a050a030a0161'],
    ['k', [null], '4a090a016b12042a020a00'],
    ['k', [], '4a070a016b12022a00'],
    ['ü', 'ü', '4a0a0a02c3bc12040a02c3bc'],
  ])('writes %s: %j as the protocol has it', (key, value, hex) => {
    expect(written(key, value)).toBe(hex);
  });

  it('writes every kind of value', () => {
    expect(encodeAndRead(Object.entries(ALL_VALUES))).toEqual(expectedAttributes(ALL_VALUES));
  });

  it.each<[string, unknown]>([
    ['an object', { a: 1 }],
    ['null', null],
    ['undefined', undefined],
    ['a function', () => {}],
    ['a symbol', Symbol('s')],
    ['a bigint', 5n],
  ])('writes %s as an empty value', (_, value) => {
    expect(written('k', value)).toBe('4a050a016b1200');
  });

  it('does not follow an array into itself', () => {
    const circle: unknown[] = ['a'];
    circle.push(circle);
    expect(encodeAndRead([['k', circle]])).toEqual([
      { key: 'k', value: { arrayValue: { values: [{ stringValue: 'a' }, {}] } } },
    ]);
  });

  it('reads back what is written, for texts of all lengths around those where lengths change', () => {
    for (const letter of ['a', 'ä', '世', '🌍', '\ud800']) {
      const lengths = [...Array(140).keys(), 16_380, 16_381, 16_382, 16_383, 16_384];
      const attributes = lengths.map((length): [string, string] => [
        `key ${length}`,
        letter.repeat(length),
      ]);
      expect(encodeAndRead(attributes)).toEqual(expectedAttributes(Object.fromEntries(attributes)));
    }
  });

  it('reads back what is written, whatever it is', () => {
    const random = randomNumbers(42);
    for (let round = 0; round < 200; round++) {
      const attributes = Array.from({ length: 20 }, (_, index): [string, unknown] => [
        `${index} ${randomText(random)}`,
        randomValue(random),
      ]);
      const read = encodeAndRead(attributes);
      expect(read).toEqual(expectedAttributes(Object.fromEntries(attributes) as never));
    }
  });
});

/** The same numbers each time, from 0 to 1: a failure can be looked at again. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function randomText(random: () => number): string {
  const highest = [0x7f, 0xff, 0x7ff, 0xffff][Math.floor(random() * 4)] as number;
  const length = Math.floor(random() ** 3 * 300);
  let text = '';
  for (let i = 0; i < length; i++) text += String.fromCharCode(Math.floor(random() * highest));
  return text;
}

function randomValue(random: () => number): unknown {
  const kind = Math.floor(random() * 6);
  if (kind === 0) return randomText(random);
  if (kind === 1) return random() < 0.5;
  if (kind === 2) return Math.round((random() - 0.5) * 2 ** Math.floor(random() * 63));
  if (kind === 3) return (random() - 0.5) * 2 ** Math.floor(random() * 100);
  if (kind === 4) return Array.from({ length: Math.floor(random() * 9) }, () => randomText(random));
  return Array.from({ length: Math.floor(random() * 9) }, () => Math.floor(random() * 1e6));
}
