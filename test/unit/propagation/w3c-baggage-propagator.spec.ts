import { describe, expect, it } from '@jest/globals';
import {
  type Baggage,
  baggageEntryMetadataFromString,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
} from '@opentelemetry/api';
import { W3CBaggagePropagator as StockPropagator } from '@opentelemetry/core';
import { TracingContext } from '../../../lib/context/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { W3CBaggagePropagator } from '../../../lib/propagation/index.js';
import { describePropagator } from '../../suites/propagator.suite.js';

const silent = () => new Diagnostics({ warn: () => {} });

describePropagator({
  name: 'W3CBaggagePropagator',
  create: () => new W3CBaggagePropagator({ diagnostics: silent() }),
  cannot: { carrySpan: 'it carries baggage' },
});

const diagnostics = silent();
const propagator = new W3CBaggagePropagator({ diagnostics });

function extract(baggage: unknown): Record<string, string> {
  const read = baggageOf(baggage);
  return Object.fromEntries(
    (read?.getAllEntries() ?? []).map(([key, entry]) => [
      key,
      entry.metadata === undefined ? entry.value : `${entry.value} ; ${entry.metadata}`,
    ]),
  );
}

function baggageOf(baggage: unknown): Baggage | undefined {
  const context = propagator.extract(TracingContext.ROOT, { baggage }, defaultTextMapGetter);
  return propagation.getBaggage(context);
}

function inject(baggage: Baggage | undefined, by = propagator): string | undefined {
  const carrier: { baggage?: string } = {};
  const context = TracingContext.ROOT.withBaggage(baggage);
  by.inject(context, carrier, defaultTextMapSetter);
  return carrier.baggage;
}

describe('baggage that comes in', () => {
  it.each<[number, unknown, Record<string, string>]>([
    [31, 'a=b=c', { a: 'b=c' }],
    [31, 'a=', { a: '' }],
    [31, 'a==', { a: '=' }],
    [32, 'a=%C3%A9%20', { a: 'é ' }],
    [32, 'a=%FF%zz', { a: '\ufffd%zz' }],
    [33, "!#$%&'*+-.^_`|~09AZaz=1", { "!#$%&'*+-.^_`|~09AZaz": '1' }],
    [33, 'a b=1,c=2', { c: '2' }],
    [33, 'é=1,=2,(a)=3,c=2', { c: '2' }],
    [
      33,
      '__proto__=1,constructor=2',
      Object.fromEntries([
        ['__proto__', '1'],
        ['constructor', '2'],
      ]),
    ],
    [34, 'a=1;p=x;flag', { a: '1 ; p=x;flag' }],
    [34, 'a=1 ; p = x ;flag ', { a: '1 ; p = x ;flag' }],
    [34, 'a=1;,b=2', { a: '1', b: '2' }],
    [35, ' a \t=\t 1 , b=2\t', { a: '1', b: '2' }],
    [36, 'a=1,b=2,a=3', { a: '3', b: '2' }],
    [36, ',,a=1,,', { a: '1' }],
    [38, ['a=1', 'b=2'], { a: '1', b: '2' }],
    [38, ['a=1', 7, 'b=2'], { a: '1', b: '2' }],
    [33, 'novalue', {}],
    [33, 'novalue;a=1', {}],
    [33, '', {}],
  ])('rule %i: %j is read', (_rule, header, expected) => {
    expect(extract(header)).toEqual(expected);
  });

  it('rule 39: needs no traceparent', () => {
    expect(extract('a=1')).toEqual({ a: '1' });
  });

  it('rule 30: is read up to 64 members, and what is left out is counted', () => {
    const before = diagnostics.counts();
    const header = Array.from({ length: 66 }, (_, i) => `k${i}=${i}`).join(',');
    expect(Object.keys(extract(header))).toHaveLength(64);
    expect(increase(before)).toEqual([2]);
  });

  it('rule 30: is read up to 128 members, valid or not, and 16384 characters', () => {
    expect(extract(`${'novalue,'.repeat(127)}a=1`)).toEqual({ a: '1' });
    expect(extract(`${'novalue,'.repeat(128)}a=1`)).toEqual({});
    expect(extract(`${' '.repeat(16_380)}a=1,`)).toEqual({ a: '1' });
    expect(extract(`${' '.repeat(16_380)}a=11,`)).toEqual({ a: '11' });
    expect(extract(`${' '.repeat(16_380)}a=111,`)).toEqual({});
  });

  it('rule 30: is read up to 8192 bytes, passing over only what has no room', () => {
    const header = `a=${'v'.repeat(4000)},b=${'v'.repeat(5000)},c=${'v'.repeat(4000)}`;
    expect(Object.keys(extract(header))).toEqual(['a', 'c']);
  });
});

describe('baggage that goes out', () => {
  it.each<[number, string, string]>([
    [37, 'plain', 'k=plain'],
    [37, 'a b', 'k=a%20b'],
    [37, '",;\\', 'k=%22%2C%3B%5C'],
    [37, '100%', 'k=100%25'],
    [37, '%20', 'k=%2520'],
    [37, 'é🐶', 'k=%C3%A9%F0%9F%90%B6'],
    [37, 'half \ud83d', 'k=half%20%EF%BF%BD'],
    [37, 'line\r\nbreak\x7f', 'k=line%0D%0Abreak%7F'],
    [31, 'b=c', 'k=b=c'],
    [31, '', 'k='],
  ])('rule %i: the value %j is written', (_rule, value, header) => {
    expect(inject(propagation.createBaggage({ k: { value } }))).toBe(header);
    expect(extract(header)).toEqual({ k: value.replace(/\ud83d$/, '\ufffd') });
  });

  it('rule 34: keeps properties as they are', () => {
    expect(inject(baggageOf('a=1;p=%20x;flag, b=2'))).toBe('a=1;p=%20x;flag,b=2');
  });

  it('rule 34: lets no property break the header', () => {
    const metadata = baggageEntryMetadataFromString('p=1\r\nx: y,é');
    expect(inject(propagation.createBaggage({ a: { value: '1', metadata } }))).toBe(
      'a=1;p=1%0D%0Ax: y%2C%C3%A9',
    );
  });

  it('rule 33: leaves out keys that are no tokens', () => {
    const before = diagnostics.counts();
    const entries = { 'a b': { value: '1' }, '': { value: '2' }, ok: { value: '3' } };
    expect(inject(propagation.createBaggage(entries))).toBe('ok=3');
    expect(increase(before)).toEqual([2]);
  });

  it('rule 30: sends the entries that were set here rather than those of the caller', () => {
    const header = Array.from({ length: 64 }, (_, i) => `k${i}=${i}`).join(',');
    const baggage = baggageOf(header)
      ?.setEntry('tenant', { value: 'a' })
      .setEntry('k0', { value: 'new' });
    const sent = inject(baggage)?.split(',');
    expect(sent).toHaveLength(64);
    expect(sent?.slice(-2)).toEqual(['tenant=a', 'k0=new']);
    expect(sent?.[0]).toBe('k2=2');
  });

  it('rule 30: has at most 64 members', () => {
    const before = diagnostics.counts();
    const keys = Array.from({ length: 70 }, (_, i) => [`k${i}`, { value: '' }]);
    const header = inject(propagation.createBaggage(Object.fromEntries(keys)));
    expect(header?.split(',')).toHaveLength(64);
    expect(increase(before)).toEqual([6]);
  });

  it('rule 30: has 8192 bytes whole, and above leaves out whole members', () => {
    const fitting = { a: { value: 'v'.repeat(8190) } };
    expect(inject(propagation.createBaggage(fitting))).toHaveLength(8192);
    const large = {
      a: { value: 'é'.repeat(2000) },
      b: { value: 'v' },
      c: { value: 'v'.repeat(9000) },
    };
    expect(inject(propagation.createBaggage(large))).toBe('b=v');
  });

  it('is nothing where there are no entries', () => {
    expect(inject(propagation.createBaggage())).toBeUndefined();
    expect(inject(undefined)).toBeUndefined();
  });

  it('survives entries whose values are no strings', () => {
    const entries = { a: { value: 1 }, b: { value: undefined } };
    expect(inject(propagation.createBaggage(entries as never))).toBe('a=1,b=undefined');
  });
});

describe('W3CBaggagePropagator and that of OpenTelemetry', () => {
  const stock = new StockPropagator();

  it.each(['a=1', 'a=1,b=2', 'k=a%20b%2C%25', 'userId=alice;p=1;flag,serverNode=DF%2028'])(
    'read %j from each other',
    (header) => {
      for (const [from, to] of [
        [propagator, stock],
        [stock, propagator],
      ] as const) {
        const carrier: { baggage?: string } = {};
        const read = from.extract(ROOT_CONTEXT, { baggage: header }, defaultTextMapGetter);
        from.inject(read, carrier, defaultTextMapSetter);
        const reread = to.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
        expect(asText(propagation.getBaggage(reread))).toEqual(
          asText(propagation.getBaggage(read)),
        );
        expect(asText(propagation.getBaggage(read))).not.toEqual([]);
      }
    },
  );
});

function asText(baggage: Baggage | undefined): string[] {
  return (baggage?.getAllEntries() ?? []).map(
    ([key, { value, metadata }]) => `${key} = ${value} ; ${metadata ?? ''}`,
  );
}

function increase(before: Record<string, number>): number[] {
  return Object.entries(diagnostics.counts())
    .map(([cause, count]) => count - (before[cause] ?? 0))
    .filter((count) => count > 0);
}
