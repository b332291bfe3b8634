import { describe, expect, it } from '@jest/globals';
import { Traced } from '../../../lib/decorators/index.js';
import { parameterNames } from '../../../lib/decorators/parameter-names.js';
import { recordedArguments } from '../../../lib/decorators/recorded-arguments.js';
import type { RecordedArguments } from '../../../lib/decorators/traced-options.js';
import { createTestTracing } from '../../../lib/testing/index.js';

class Body {
  readonly id = 'A';
  readonly amount = 7n;
}

class Connection {
  readonly url = 'db://user:password@host';
  close(): void {}
}

class Users {
  @Traced({ recordArguments: true })
  save(_user: unknown, _password?: unknown): void {}
}

function attributesOf(user: unknown, password?: unknown): unknown {
  const { recorder, provider, close } = createTestTracing();
  new Users().save(user, password);
  close();
  expect(provider.core.startedCount).toBe(1);
  return recorder.takeSpan().attributes;
}

describe('recorded arguments', () => {
  it.each<[string, unknown, unknown]>([
    ['a text', 'a', { 'argument._user': 'a' }],
    ['a long text', 'a'.repeat(300), { 'argument._user': `${'a'.repeat(255)}…` }],
    [
      'a long text with a pair at the cut',
      `${'a'.repeat(254)}😀${'a'.repeat(9)}`,
      { 'argument._user': `${'a'.repeat(254)}…` },
    ],
    ['a date', new Date(0), { 'argument._user': '1970-01-01T00:00:00.000Z' }],
    ['an invalid date', new Date(Number.NaN), {}],
    ['nothing', undefined, {}],
    ['null', null, {}],
    ['a function', () => 1, {}],
    ['a symbol', Symbol('a'), {}],
    ['an array', [1, 2], { 'argument._user': [1, 2] }],
    [
      'an array of several types',
      [1, 'b', { c: true }],
      { 'argument._user.0': 1, 'argument._user.1': 'b', 'argument._user.2.c': true },
    ],
    ['a long array', Array.from({ length: 99 }, () => 1), { 'argument._user': Array(16).fill(1) }],
    [
      'an instance without methods',
      new Body(),
      { 'argument._user.id': 'A', 'argument._user.amount': '7' },
    ],
    ['an instance with methods', new Connection(), {}],
    [
      'an object without prototype',
      Object.assign(Object.create(null), { a: 1 }),
      { 'argument._user.a': 1 },
    ],
    ['a buffer', Buffer.from('a'), {}],
    ['a map', new Map([['a', 1]]), {}],
    ['an error', new Error('a'), {}],
    ['four levels', { a: { b: { c: { d: 1 }, e: 2 } } }, { 'argument._user.a.b.e': 2 }],
    [
      'a getter',
      {
        get a(): number {
          throw new Error('read');
        },
        b: 1,
      },
      { 'argument._user.b': 1 },
    ],
    [
      'a proxy',
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('trapped');
          },
          getPrototypeOf: () => {
            throw new Error('trapped');
          },
        },
      ),
      {},
    ],
  ])('are safe: %s', (_, argument, attributes) => {
    expect(attributesOf(argument)).toEqual(attributes);
  });

  it('are bounded', () => {
    const cyclic: Record<string, unknown> = { a: 1 };
    cyclic.self = cyclic;
    expect(attributesOf(cyclic)).toEqual({
      'argument._user.a': 1,
      'argument._user.self.a': 1,
      'argument._user.self.self.a': 1,
    });
    const wide = Object.fromEntries(
      Array.from({ length: 99 }, (_, one) => [
        `k${one}`,
        Object.fromEntries(Array.from({ length: 9 }, (__, other) => [`l${other}`, 1])),
      ]),
    );
    expect(Object.keys(attributesOf(wide) as object)).toHaveLength(32);
  });

  it('have keys that redaction recognises', () => {
    expect(attributesOf({ name: 'ann', password: 'x' }, 'y')).toEqual({
      'argument._user.name': 'ann',
      'argument._user.password': 'REDACTED',
      'argument._password': 'REDACTED',
    });
  });

  it.each<[RecordedArguments | undefined, unknown]>([
    [undefined, []],
    [false, []],
    [
      true,
      [
        [0, 'argument._user'],
        [1, 'argument._password'],
      ],
    ],
    [
      [1, 5],
      [
        [1, 'argument._password'],
        [5, 'argument.5'],
      ],
    ],
    [[null, 'pin'], [[1, 'argument.pin']]],
  ])('are selected by %j', (option, selected) => {
    function save(_user: unknown, _password: unknown): void {}
    expect(recordedArguments(option, save).map(({ index, key }) => [index, key])).toEqual(selected);
  });
});

describe('parameterNames', () => {
  it.each<[string, (string | undefined)[]]>([
    ['find(id, amount) {}', ['id', 'amount']],
    [
      'async *find(id = "a,)", { b, c }, [d] = [1, 2], last) {}',
      ['id', undefined, undefined, 'last'],
    ],
    ['find(a /* , b */, // c\n d = f(1, 2)) {}', ['a', 'd']],
    ['find(id, ...rest) {}', ['id', undefined]],
    ['find() {}', []],
    ['function (id) {}', ['id']],
    ['async function find(id) {}', ['id']],
    ['find(a, b = /[(]/, c) {}', ['a']],
    ['find(a = `b`, c) {}', []],
    ['(id) => {}', []],
    ['["a("](id) {}', []],
    ['function find() { [native code] }', []],
  ])('reads %s', (source, names) => {
    const fn = (): void => {};
    const original = Function.prototype.toString;
    Function.prototype.toString = () => source;
    try {
      expect(parameterNames(fn)).toEqual(names);
    } finally {
      Function.prototype.toString = original;
    }
  });

  it('reads none of what is no function', () => {
    expect(parameterNames({})).toEqual([]);
  });
});
