import { describe, expect, it } from '@jest/globals';
import type { Method } from '../../../lib/nest/prototype-methods.js';
import { replaceShared } from '../../../lib/nest/shared-replacement.js';

describe('replaceShared', () => {
  class Prices {
    find(id: number): string {
      return `price ${id}`;
    }
  }
  const prototype = Prices.prototype;
  const replace = (): (() => void) =>
    replaceShared(
      { owner: prototype, key: 'find', function: prototype.find as Method },
      (original) =>
        function (this: unknown, ...args) {
          return `${String(Reflect.apply(original, this, args))}!`;
        },
    );

  it('replaces a method once for several applications, until the last one restores it', () => {
    const original = prototype.find;
    const [first, second] = [replace(), replace()];
    expect(new Prices().find(1)).toBe('price 1!');
    expect(prototype.find.name).toBe('find');
    first();
    expect(new Prices().find(2)).toBe('price 2!');
    second();
    expect(prototype.find).toBe(original);
  });

  it('throws for a frozen prototype', () => {
    const owner = Object.freeze({ find() {} });
    const method = { owner, key: 'find', function: owner.find };
    expect(() => replaceShared(method, (original) => original)).toThrow(TypeError);
  });
});
