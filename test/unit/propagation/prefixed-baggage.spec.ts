import { describe, expect, it } from '@jest/globals';
import { defaultTextMapGetter, propagation } from '@opentelemetry/api';
import { readFirst } from '../../../lib/carriers/carrier.js';
import { TracingContext } from '../../../lib/context/index.js';
import {
  type PrefixedBaggageFormat,
  readPrefixedBaggage,
  writePrefixedBaggage,
} from '../../../lib/propagation/prefixed-baggage.js';

const FORMAT: PrefixedBaggageFormat = {
  prefix: 'x-',
  read: readFirst,
  decode: (text) => text.toLowerCase(),
  encode: (value) => value.toUpperCase(),
};

function read(carrier: object, context = TracingContext.ROOT) {
  return readPrefixedBaggage(context, carrier, defaultTextMapGetter, FORMAT);
}

function entriesOf(context: ReturnType<typeof read>) {
  return propagation
    .getBaggage(context)
    ?.getAllEntries()
    .map(([key, { value }]) => [key, value]);
}

describe('baggage in one header for each entry', () => {
  it('is read by the prefix, in any case', () => {
    expect(entriesOf(read({ 'x-a': 'ONE', 'X-B': 'two', y: 'three', 'x-': 'four' }))).toEqual([
      ['a', 'one'],
      ['B', 'two'],
    ]);
    expect(read({ y: 'three' })).toBe(TracingContext.ROOT);
  });

  it('keeps an entry of another format that differs in its case only', () => {
    const given = TracingContext.ROOT.withBaggage(
      propagation.createBaggage({ Tenant: { value: 'a' } }),
    );
    expect(entriesOf(read({ 'x-tenant': 'A', 'x-other': 'b' }, given))).toEqual([
      ['Tenant', 'a'],
      ['other', 'b'],
    ]);
  });

  it('is read up to 64 entries and 8192 bytes', () => {
    const headers = (count: number, length: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`x-${1000 + i}`, 'a'.repeat(length)]),
      );
    expect(entriesOf(read(headers(100, 1)))).toHaveLength(64);
    expect(entriesOf(read(headers(10, 2000)))).toHaveLength(4);
  });

  it('is written with keys that can be the name of a header, within the same limits', () => {
    const write = (entries: Record<string, string>) =>
      writePrefixedBaggage(
        TracingContext.ROOT.withBaggage(
          propagation.createBaggage(
            Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, { value }])),
          ),
        ),
        FORMAT,
      );
    expect(write({ a: 'b:c', 'no key': 'd' })).toEqual([['x-a', 'B:C']]);
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`k${i}`, 'v']));
    expect(write(many)).toHaveLength(64);
    expect(writePrefixedBaggage(TracingContext.ROOT, FORMAT)).toEqual([]);
  });
});
