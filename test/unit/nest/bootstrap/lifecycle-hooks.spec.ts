import { describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { nameOf, visitLifecycleHooks } from '../../../../lib/nest/bootstrap/lifecycle-hooks.js';

class Orders {
  onModuleInit(): void {}
  onApplicationBootstrap(): void {}
}

class Lazy {
  get onModuleInit(): never {
    throw new Error('An accessor ran');
  }
}

function wrapperOf(instance: unknown, more: object = {}) {
  return {
    name: 'TOKEN',
    instance,
    isDependencyTreeStatic: () => true,
    isTransient: false,
    ...more,
  };
}

function visitAll(wrappers: object[], visit?: () => void) {
  const warnings: string[] = [];
  const diagnostics = new Diagnostics({ warn: (message: string) => warnings.push(message) });
  const map = new Map(wrappers.map((wrapper, index) => [index, wrapper]));
  const module = { name: 'OrdersModule', providers: map };
  const others = { controllers: new Map(), injectables: new Map(), middlewares: new Map() };
  const names: string[] = [];
  visitLifecycleHooks(
    new Map([['a', { ...module, ...others }]]) as never,
    diagnostics,
    () => false,
    ({ name, module: moduleName }) => {
      names.push(`${moduleName} ${name}`);
      visit?.();
    },
  );
  return { names, warnings };
}

describe('visitLifecycleHooks', () => {
  it('visits the hooks that Nest calls, once', () => {
    const orders = new Orders();
    const host = { instance: new Orders() };
    const { names, warnings } = visitAll([
      wrapperOf(orders),
      wrapperOf(orders),
      wrapperOf(new Orders(), { isDependencyTreeStatic: () => false }),
      wrapperOf(undefined, {
        isTransient: true,
        getStaticTransientInstances: () => [host, undefined],
      }),
      wrapperOf(new Lazy()),
      wrapperOf({ onModuleInit: () => undefined }),
      wrapperOf('text'),
    ]);
    expect(names).toEqual([
      'OrdersModule Orders.onModuleInit',
      'OrdersModule Orders.onApplicationBootstrap',
      'OrdersModule Orders.onModuleInit',
      'OrdersModule Orders.onApplicationBootstrap',
      'OrdersModule TOKEN.onModuleInit',
    ]);
    expect(warnings).toEqual([]);
  });

  it('reports an instance that cannot be hooked, and goes on', () => {
    const { names, warnings } = visitAll([wrapperOf(new Orders()), wrapperOf(new Orders())], () => {
      throw new TypeError('frozen');
    });
    expect(names).toHaveLength(4);
    expect(warnings[0]).toMatch(/A lifecycle hook is not traced.*frozen/s);
  });
});

describe('nameOf', () => {
  it.each([
    [new Orders(), 'TOKEN', 'Orders'],
    [{}, 'TOKEN', 'TOKEN'],
    [{}, Symbol('S'), 'Symbol(S)'],
    [{}, Orders, 'Orders'],
    [Object.create(null), 'TOKEN', 'TOKEN'],
  ])('of %p with token %p is %p', (instance, token, name) => {
    expect(nameOf(instance, token)).toBe(name);
  });
});
