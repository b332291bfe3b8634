import { describe, expect, it } from '@jest/globals';
import { Traced, Untraced } from '../../../lib/decorators/index.js';

class Orders {
  place(): void {}
}

describe('Untraced', () => {
  it('leaves the method and the class as they are', () => {
    const { place } = Orders.prototype;
    const descriptor = Object.getOwnPropertyDescriptor(Orders.prototype, 'place') as never;
    expect(Untraced()(Orders.prototype, 'place', descriptor)).toBeUndefined();
    expect(Untraced()(Orders)).toBeUndefined();
    expect(Orders.prototype.place).toBe(place);
  });

  const decorate = Untraced() as (...args: unknown[]) => void;

  it.each([
    ['a getter', [Orders.prototype, 'total', { get: () => 1 }], 'the getter Orders.total'],
    ['a property', [Orders.prototype, 'total'], 'the property Orders.total'],
    ['a parameter', [Orders.prototype, 'place', 0], 'parameter 0 of the method Orders.place'],
    [
      'a parameter of the constructor',
      [Orders, undefined, 1],
      'a parameter of the constructor of Orders',
    ],
  ])('refuses %s', (_, args, name) => {
    expect(() => decorate(...args)).toThrow(
      expect.objectContaining({
        code: 'INVALID_DECORATOR_TARGET',
        message: `@Untraced() must decorate a method or a class, but it decorates ${name}. Put it on a method of a class that has @Traced().`,
      }),
    );
  });

  it.each([
    ['a method that is also traced, above', Untraced(), Traced(), '@Untraced()', 'traced'],
    ['a method that is also traced, below', Traced(), Untraced(), '@Traced()', 'untraced'],
  ])('refuses %s', (_, Outer, Inner, name, before) => {
    expect(() => {
      class Twice {
        @Outer
        @Inner
        place(): void {}
      }
      return Twice;
    }).toThrow(
      `${name} must be the only decorator for tracing of a method, but it decorates the method Twice.place, which is already ${before}. Keep one of`,
    );
  });
});
