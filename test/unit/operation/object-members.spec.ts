import { describe, expect, it } from '@jest/globals';
import {
  hasMethods,
  memberOf,
  replaceMember,
  wrapMethod,
} from '../../../lib/operation/object-members.js';
import { hostileProviders } from '../../support/hostile-providers.js';

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

describe('memberOf', () => {
  it('finds fields and methods, inherited ones too', () => {
    const instance = new Derived();
    expect(memberOf(instance, 'field')).toBe('of the instance');
    expect(memberOf(instance, 'method')).toBe(Base.prototype.method);
    expect(memberOf(instance, 'missing')).toBeUndefined();
  });

  it('runs no getter', () => {
    expect(memberOf(new Derived(), 'connection')).toBeUndefined();
  });

  it.each(Object.entries(hostileProviders))('bears a provider that refuses: %s', (_, provider) => {
    expect(() => memberOf(provider, 'clients')).not.toThrow();
  });
});

describe('hasMethods', () => {
  it('is true only if all of them are methods, and runs no getter', () => {
    expect(hasMethods(new Derived(), ['method'])).toBe(true);
    expect(hasMethods(new Derived(), ['method', 'field'])).toBe(false);
    expect(hasMethods(new Derived(), ['connection'])).toBe(false);
  });
});

describe('replaceMember', () => {
  it('replaces the method of one object, and restores it', () => {
    const [instance, other] = [new Derived(), new Derived()];
    const restore = replaceMember(instance, 'method', () => 'replaced');
    expect([instance.method(), other.method()]).toEqual(['replaced', 'inherited']);
    expect(Object.keys(instance)).toEqual(['field']);
    restore();
    expect(Object.getOwnPropertyNames(instance)).toEqual(['field']);
    expect(instance.method()).toBe('inherited');
  });

  it('restores an own method as it was', () => {
    const original = (): string => 'own';
    const instance = { method: original };
    const restore = replaceMember(instance, 'method', () => 'replaced');
    expect(Object.keys(instance)).toEqual(['method']);
    restore();
    expect(instance.method).toBe(original);
  });

  it('leaves what other code has replaced since', () => {
    const instance = new Derived();
    const restore = replaceMember(instance, 'method', () => 'replaced');
    const later = (): string => 'later';
    instance.method = later;
    restore();
    expect(instance.method).toBe(later);
  });

  it('restores several replacements in any order', () => {
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    for (const order of orders) {
      const instance = new Derived();
      const restores = ['a', 'b', 'c'].map((name) => replaceMember(instance, 'method', () => name));
      restores[order[0] as number]?.();
      restores[order[0] as number]?.();
      expect(instance.method()).toBe(order[0] === 2 ? 'b' : 'c');
      restores[order[1] as number]?.();
      restores[order[2] as number]?.();
      expect(Object.getOwnPropertyNames(instance)).toEqual(['field']);
    }
  });

  it('refuses a frozen object', () => {
    expect(() => replaceMember(Object.freeze(new Derived()), 'method', () => '')).toThrow(
      TypeError,
    );
  });
});

describe('wrapMethod', () => {
  it('hands the original, this and the arguments to the function', () => {
    const instance = { name: 'a', greet: (who: string): string => `hello ${who}` };
    const restore = wrapMethod(instance, 'greet', (original, self, args) => {
      expect(self).toBe(instance);
      return `${Reflect.apply(original, self, args)}!`;
    });
    expect(instance.greet('you')).toBe('hello you!');
    restore();
    expect(instance.greet('you')).toBe('hello you');
  });
});
