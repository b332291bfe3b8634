import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../lib/errors.js';

describe('TracingConfigError', () => {
  it('is an Error with a name, a code and a stack', () => {
    const error = TracingConfigError.alreadyRegistered();
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('TracingConfigError');
    expect(error.code).toBe('ALREADY_REGISTERED');
    expect(error.stack).toContain('errors.spec');
  });

  it.each<[string, TracingConfigError, string, string]>([
    [
      'invalidOption',
      TracingConfigError.invalidOption('Sampler.ratio', 'must be a number', 2, 'Give 0.5.'),
      'INVALID_OPTION',
      'Sampler.ratio must be a number, but it is 2. Give 0.5.',
    ],
    [
      'invalidDecoratorTarget',
      TracingConfigError.invalidDecoratorTarget(
        '@Traced()',
        'must decorate a method',
        'the class Orders',
        'Put it on a method.',
      ),
      'INVALID_DECORATOR_TARGET',
      '@Traced() must decorate a method, but it decorates the class Orders. Put it on a method.',
    ],
    [
      'notRegistered',
      TracingConfigError.notRegistered('Tracer'),
      'NOT_REGISTERED',
      'Tracer needs TracingModule.forRoot() in the application, but it has not been imported. Import it in the root module.',
    ],
  ])('%s says what must hold, what came and what to do', (_, error, code, message) => {
    expect(error.code).toBe(code);
    expect(error.message).toBe(message);
  });

  class Secret {
    constructor(readonly password: string) {}
  }

  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;

  it.each<[string, unknown, string]>([
    ['a string', 'a "b"', '"a \\"b\\""'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['NaN', Number.NaN, 'NaN'],
    ['a bigint', 7n, '7'],
    ['a symbol', Symbol('x'), 'Symbol(x)'],
    ['a function', function named() {}, 'the function named'],
    ['a function without name', (() => () => {})(), 'the function (anonymous)'],
    ['a class', class Orders {}, 'the function Orders'],
    ['an array', [1, 'a'], '[1,"a"]'],
    ['an object', { ratio: 2 }, '{"ratio":2}'],
    ['an instance', new (class Pool {})(), 'an instance of Pool'],
    ['an instance that holds a password', new Secret('x'), 'an instance of Secret'],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    ['a long text', 'a'.repeat(300), `"${'a'.repeat(199)}… (302 characters)`],
    ['an object that JSON cannot write', cyclic, '[object Object]'],
    ['an object that JSON leaves out', { toJSON: () => undefined }, '[object Object]'],
    [
      'an object whose getters throw',
      {
        get a() {
          throw new Error('no');
        },
      },
      '[object Object]',
    ],
  ])('describes %s that came', (_, received, description) => {
    const { message } = TracingConfigError.invalidOption('option', 'must hold', received, 'Do it.');
    expect(message).toBe(`option must hold, but it is ${description}. Do it.`);
  });
});
