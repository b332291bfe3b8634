import { describe, expect, it } from '@jest/globals';
import 'reflect-metadata';
import { keepIdentity, Traced } from '../../../lib/decorators/index.js';

const Mark =
  (key: string, value: unknown): MethodDecorator =>
  (_target, _name, descriptor) => {
    Reflect.defineMetadata(key, value, descriptor.value as object);
  };

class Reports {
  @Mark('above', 1)
  @Traced()
  @Mark('below', { roles: ['admin'] })
  @Mark('above', 0)
  monthly(_year: number, _month: number): void {}

  @Traced()
  async later(): Promise<void> {}

  @Traced()
  *each(): Generator<number> {}

  @Traced()
  @Traced()
  @Mark('below', 1)
  twice(): void {}
}

describe('a traced method', () => {
  it('keeps name and number of parameters', () => {
    expect(Reports.prototype.monthly.name).toBe('monthly');
    expect(Reports.prototype.monthly).toHaveLength(2);
    expect(Reports.prototype.later.name).toBe('later');
    expect(Reports.prototype.later).toHaveLength(0);
  });

  it('keeps the metadata that decorators below it defined, as the same values', () => {
    expect(Reflect.getMetadataKeys(Reports.prototype.monthly).sort()).toEqual(['above', 'below']);
    expect(Reflect.getMetadata('below', Reports.prototype.monthly)).toEqual({ roles: ['admin'] });
    expect(Reflect.getMetadata('below', Reports.prototype.twice)).toBe(1);
  });

  it('has the metadata that decorators above it define', () => {
    expect(Reflect.getMetadata('above', Reports.prototype.monthly)).toBe(1);
  });

  it('leaves the types that the compiler notes', () => {
    expect(Reflect.getMetadata('design:paramtypes', Reports.prototype, 'monthly')).toEqual([
      Number,
      Number,
    ]);
  });

  it('has the prototype of its kind of function', () => {
    expect(Reports.prototype.later.constructor.name).toBe('AsyncFunction');
    expect(Reports.prototype.each.constructor.name).toBe('GeneratorFunction');
    expect(Reports.prototype.monthly.constructor).toBe(Function);
  });

  it('makes generators that are instances of it', () => {
    expect(new Reports().each()).toBeInstanceOf(Reports.prototype.each);
  });

  it('stays a method that is not enumerable, and can be replaced', () => {
    expect(Object.getOwnPropertyDescriptor(Reports.prototype, 'monthly')).toMatchObject({
      enumerable: false,
      configurable: true,
      writable: true,
    });
  });
});

describe('keepIdentity', () => {
  it('copies own properties with their attributes, symbols too', () => {
    const original = Object.assign(() => {}, { plain: 1 });
    const hidden = Symbol('hidden');
    Object.defineProperty(original, hidden, { value: 2, enumerable: false });
    Object.defineProperty(original, 'lazy', { get: () => 3, enumerable: true });
    const wrapper = keepIdentity(() => {}, original);
    expect(Object.getOwnPropertyDescriptor(wrapper, hidden)).toMatchObject({
      value: 2,
      writable: false,
    });
    expect({ ...wrapper }).toEqual({ plain: 1, lazy: 3 });
  });

  it('keeps the metadata of the original apart from that of the wrapper', () => {
    const original = (): void => {};
    Reflect.defineMetadata('path', 'orders', original);
    const wrapper = keepIdentity(() => {}, original);
    Reflect.defineMetadata('path', 'reports', wrapper);
    expect(Reflect.getMetadata('path', original)).toBe('orders');
  });

  it('leaves inherited metadata where it is', () => {
    const base = (): void => {};
    Reflect.defineMetadata('path', 'orders', base);
    const original = Object.setPrototypeOf(() => {}, base) as () => void;
    const wrapper = keepIdentity(() => {}, original);
    expect(Reflect.getOwnMetadataKeys(wrapper)).toEqual([]);
    expect(Reflect.getMetadata('path', wrapper)).toBe('orders');
  });

  it('survives a function whose properties cannot be changed', () => {
    const original = new Function('return 1') as () => number;
    expect(keepIdentity(() => 2, original)()).toBe(2);
  });
});
