import { describe, expect, it } from '@jest/globals';
import type { ModulesContainer } from '@nestjs/core';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { fieldsOf, visitInstances } from '../../../lib/nest/provider-instances.js';
import { hostileProviders } from '../../support/hostile-providers.js';

function wrappersOf(instances: readonly unknown[]) {
  return new Map(instances.map((instance) => [instance, { instance }]));
}

function visit(
  { providers = [], controllers = [], injectables = [] }: Record<string, unknown[]>,
  act: (instance: object) => void = () => {},
) {
  const warnings: string[] = [];
  const visited: object[] = [];
  const module = {
    providers: wrappersOf(providers),
    controllers: wrappersOf(controllers),
    injectables: wrappersOf(injectables),
  };
  visitInstances(
    new Map([['module', module]]) as unknown as ModulesContainer,
    new Diagnostics({ warn: (message) => warnings.push(message) }),
    'An instance could not be visited',
    (instance) => {
      visited.push(instance);
      act(instance);
    },
  );
  return { visited, warnings };
}

describe('visitInstances', () => {
  it('visits providers, controllers and what decorators like @UseGuards name, each once', () => {
    const [provider, controller, guard] = [{ a: 1 }, { b: 2 }, { c: 3 }];
    const { visited } = visit({
      providers: [provider],
      controllers: [controller, provider],
      injectables: [guard],
    });
    expect(visited).toHaveLength(3);
    expect(new Set(visited)).toEqual(new Set([provider, controller, guard]));
  });

  it('passes over what is no object', () => {
    expect(visit({ providers: [undefined, null, 'text', 7, () => {}] }).visited).toEqual([]);
  });

  it('reports what cannot be visited, and visits the others', () => {
    const [first, second] = [{ a: 1 }, { b: 2 }];
    const { visited, warnings } = visit({ providers: [first, second] }, (instance) => {
      if (instance === first) throw new Error('frozen');
    });
    expect(visited).toHaveLength(2);
    expect(warnings).toEqual(['An instance could not be visited: Error: frozen']);
  });

  it('touches no instance by itself', () => {
    const providers = Object.values(hostileProviders);
    const { visited, warnings } = visit({ providers });
    expect(visited).toHaveLength(providers.length);
    expect(warnings).toEqual([]);
  });
});

class Base {
  readonly field = 'of the instance';

  method(): string {
    return 'inherited';
  }

  get connection(): never {
    throw new Error('a getter that is not to be run');
  }
}

class Derived extends Base {}

describe('fieldsOf', () => {
  it('gives the values of own fields and runs no getter', () => {
    const instance = Object.assign(new Derived(), { other: 7 });
    Object.defineProperty(instance, 'own', {
      enumerable: true,
      get: () => {
        throw new Error('a getter that is not to be run');
      },
    });
    expect(fieldsOf(instance)).toEqual(['of the instance', 7, undefined]);
  });

  it.each([[[{ a: 1 }]], [Buffer.from('abc')]])('has none of %p', (instance) => {
    expect(fieldsOf(instance)).toEqual([]);
  });

  it.each(Object.entries(hostileProviders))('bears a provider that refuses: %s', (_, provider) => {
    expect(() => fieldsOf(provider)).not.toThrow();
  });
});
