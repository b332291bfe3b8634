import { describe, expect, it } from '@jest/globals';
import { maskMessage } from '../../../lib/context/index.js';
import type { LogValue, ReadableLogRecord } from '../../../lib/trace/index.js';
import { copyLogData, LogValueCopier, readMember } from '../../../lib/trace/log-value.js';

function copyOf(value: unknown, lengthLimit = Number.POSITIVE_INFINITY): LogValue {
  return new LogValueCopier().copy(value, lengthLimit);
}

class Money {
  constructor(
    readonly amount: number,
    readonly currency: string,
  ) {}

  get doubled(): number {
    return this.amount * 2;
  }
}

describe('LogValueCopier', () => {
  it.each<[unknown, LogValue]>([
    ['text', 'text'],
    [1.5, 1.5],
    [false, false],
    [12n, '12'],
    [null, null],
    [undefined, undefined],
    [() => {}, undefined],
    [Symbol('s'), undefined],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), null],
    [
      [1, 'a', undefined, [2]],
      [1, 'a', null, [2]],
    ],
    [{ a: { b: undefined, c: null } }, { a: { c: null } }],
    [
      new Map<unknown, unknown>([
        ['k', 1],
        [2, 'v'],
      ]),
      { k: 1, 2: 'v' },
    ],
    [new Set([1, 2]), [1, 2]],
    [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    [new Uint8Array(2000), '[2000 bytes]'],
    [new Money(3, 'EUR'), { amount: 3, currency: 'EUR' }],
    [{ toJSON: () => ({ id: 7 }) }, { id: 7 }],
    [Object.create(null, { a: { value: 1, enumerable: true } }), { a: 1 }],
    [JSON.parse('{"__proto__": 1}'), JSON.parse('{"__proto__": 1}')],
  ])('copies %p', (value, expected) => {
    expect(copyOf(value)).toEqual(expected);
  });

  it('describes an error, without the secrets of its message', () => {
    const error = new RangeError('secret');
    error.stack = 'RangeError: secret\n    at x';
    maskMessage(error, 'masked');
    expect(copyOf({ error })).toEqual({
      error: { type: 'RangeError', message: 'masked', stack: 'RangeError: masked\n    at x' },
    });
  });

  it('keeps nothing of the original', () => {
    const original = { list: [{ a: 1 }], bytes: new Uint8Array([1]) };
    const copy = copyOf(original);
    original.list[0] = { a: 2 };
    original.bytes[0] = 2;
    expect(copy).toEqual({ list: [{ a: 1 }], bytes: new Uint8Array([1]) });
  });

  it('follows no circle, but copies what occurs twice', () => {
    const shared = { a: 1 };
    const node: Record<string, unknown> = { first: shared, second: shared };
    node.self = node;
    node.list = [node];
    expect(copyOf(node)).toEqual({
      first: { a: 1 },
      second: { a: 1 },
      self: '[Circular]',
      list: ['[Circular]'],
    });
  });

  it('survives getters, proxies and methods that throw', () => {
    const trap = (): never => {
      throw new Error('no');
    };
    const value = {
      get bad() {
        return trap();
      },
      proxy: new Proxy({}, { ownKeys: trap, get: trap, getPrototypeOf: trap }),
      json: { toJSON: trap },
      good: 1,
    };
    expect(copyOf(value)).toEqual({
      bad: '[Unreadable]',
      proxy: '[Unreadable]',
      json: '[Unreadable]',
      good: 1,
    });
    expect(readMember(value, 'bad')).toBe('[Unreadable]');
  });

  it('ends for a toJSON that returns ever new objects', () => {
    const endless = (): object => ({ toJSON: endless });
    expect(copyOf(endless())).toBe('[Object]');
  });

  it('cuts what is deep, and what is long', () => {
    let deep: unknown = 'end';
    for (let i = 0; i < 20; i++) deep = { deep };
    expect(JSON.stringify(copyOf(deep))).toBe(`${'{"deep":'.repeat(8)}"[Object]"${'}'.repeat(8)}`);
    const list = copyOf(Array.from({ length: 5000 }, (_, index) => index)) as LogValue[];
    expect(list).toHaveLength(1001);
    expect(list.slice(-2)).toEqual([999, '… 4000 more']);
    const entries = Object.entries(Array(3000).fill('v'));
    const object = copyOf(Object.fromEntries(entries)) as Record<string, LogValue>;
    expect(Object.keys(object)).toHaveLength(1001);
    expect(object['…']).toBe('2000 more');
  });

  it('is quick for structures that would take for ever', () => {
    let wide: unknown = 1;
    for (let i = 0; i < 8; i++) wide = Array(30).fill(wide);
    const copier = new LogValueCopier();
    copier.copy(wide, 10);
    expect(copier.length).toBeLessThan(20_000);
  });

  it('cuts strings, also inside, and counts their length', () => {
    const copier = new LogValueCopier();
    expect(copier.copy({ a: ['12345'] }, 3)).toEqual({ a: ['123'] });
    expect(copier.length).toBe('a'.length + '123'.length + 2 * 8);
    expect(copier.hasStructures).toBe(true);
    const flat = new LogValueCopier();
    flat.copy(['a', 1], 3);
    expect(flat.hasStructures).toBe(false);
  });
});

describe('copyLogData', () => {
  it('copies body and attributes of any log record', () => {
    const attributes = { a: { b: 1 }, none: undefined, nothing: null };
    const record = { body: ['x'], attributes } as unknown as ReadableLogRecord;
    expect(copyLogData(record)).toMatchObject({
      body: ['x'],
      attributeList: ['a', { b: 1 }, 'nothing', null],
    });
    const bare = {} as ReadableLogRecord;
    expect(copyLogData(bare)).toMatchObject({ body: undefined, attributeList: [] });
  });
});
