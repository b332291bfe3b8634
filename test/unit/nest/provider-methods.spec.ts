import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { methodsOfPrototype, ownValue } from '../../../lib/nest/prototype-methods.js';
import {
  isReplacement,
  originalOf,
  type ProviderMethod,
  replaceKeepingIdentity,
  setOriginal,
  visitMethods,
} from '../../../lib/nest/provider-methods.js';
import { hostileProviders } from '../../support/hostile-providers.js';
import { modulesOf } from '../../support/modules-of.js';

class Base {
  inherited(): void {}
  overridden(): void {}

  get accessor(): never {
    throw new Error('a getter that is not to be run');
  }
}

class Service extends Base {
  readonly field = 7;
  override overridden(): void {}
  own(): string {
    return 'own';
  }
}

function visit(instances: readonly unknown[], requestScoped: readonly unknown[] = []) {
  const warnings: string[] = [];
  const methods: ProviderMethod[] = [];
  visitMethods(
    modulesOf(instances, requestScoped),
    new Diagnostics({ warn: (message) => warnings.push(message) }),
    'A method could not be visited',
    (method) => methods.push(method),
  );
  return { methods, warnings };
}

describe('methodsOfPrototype', () => {
  it('finds inherited methods, and no overridden ones', () => {
    expect(methodsOfPrototype(Service.prototype)).toEqual([
      { owner: Service.prototype, key: 'overridden', function: Service.prototype.overridden },
      { owner: Service.prototype, key: 'own', function: Service.prototype.own },
      { owner: Base.prototype, key: 'inherited', function: Base.prototype.inherited },
    ]);
    expect(methodsOfPrototype(null)).toEqual([]);
    expect(ownValue(Base.prototype, 'accessor')).toBeUndefined();
  });
});

describe('visitMethods', () => {
  it('visits the methods of each instance, named by its class', () => {
    const [first, second] = [new Service(), new Service()];
    const { methods } = visit([first, second, { plain: () => {} }, 'text', null]);
    expect(methods.map(({ name }) => name)).toEqual([
      ...['Service.overridden', 'Service.own', 'Service.inherited'],
      ...['Service.overridden', 'Service.own', 'Service.inherited'],
    ]);
    expect(new Set(methods.map(({ target }) => target))).toEqual(new Set([first, second]));
    expect(methods[0]).toMatchObject({ isPrototype: false, metatype: Service });
  });

  it('visits the prototype of a request-scoped class', () => {
    const prototypeObject = Object.create(Service.prototype);
    const { methods } = visit([prototypeObject], [prototypeObject]);
    expect(methods).toHaveLength(3);
    expect(methods[0]).toMatchObject({ target: Service.prototype, isPrototype: true });
  });

  it('accepts providers that refuse to be read', () => {
    const { warnings } = visit(Object.values(hostileProviders));
    expect(warnings).toEqual([]);
  });
});

describe('replaceKeepingIdentity', () => {
  it('gives the replacement the name and the metadata, and restores the method', () => {
    const service = new Service();
    Reflect.defineMetadata('key', 'value', Service.prototype.own);
    const { methods } = visit([service]);
    const method = methods.find(({ key }) => key === 'own') as ProviderMethod;
    const restore = replaceKeepingIdentity(method, () => 'replaced');
    expect(service.own()).toBe('replaced');
    expect(service.own.name).toBe('own');
    expect(Reflect.getMetadata('key', service.own)).toBe('value');
    expect(new Service().own()).toBe('own');
    restore();
    expect(Object.getOwnPropertyNames(service)).toEqual(['field']);
  });
});

describe('isReplacement', () => {
  it('tells the methods of hooks that trace calls', () => {
    const [instance, other] = [new Service(), new Service()];
    const method = { key: 'own', function: Service.prototype.own };
    replaceKeepingIdentity({ target: instance, ...method }, () => 'traced');
    replaceKeepingIdentity({ target: other, ...method }, () => 'not traced', false);
    expect([instance.own, other.own, Service.prototype.own].map(isReplacement)).toEqual([
      ...[true, false, false],
    ]);
  });
});

describe('originalOf', () => {
  it('returns a method without the spans of any application', () => {
    const original = (): string => 'original';
    const [first, second] = [(): unknown => original(), (): unknown => first()];
    setOriginal(first, original);
    setOriginal(second, first);
    expect([original, first, second].map(originalOf)).toEqual([original, original, original]);
  });
});
