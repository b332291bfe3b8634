import { describe, expect, it } from '@jest/globals';
import { createStandIn, type Method } from '../../../lib/database/stand-in.js';

class Target {
  readonly #secret = 'private';
  readonly Class = Target;
  value = 1;

  read(_one: number, _two: number): string {
    return this.#secret;
  }

  self(): this {
    return this;
  }
}

function call(
  target: object,
): (name: PropertyKey, original: Method) => ((values: unknown[]) => unknown) | undefined {
  return (name, original) =>
    name === 'constructor' || Object.hasOwn(target, name)
      ? undefined
      : (values) => Reflect.apply(original, target, values);
}

describe('createStandIn', () => {
  it('behaves as its target', () => {
    const target = new Target();
    const standIn = createStandIn(target, call(target));
    expect(standIn).toBeInstanceOf(Target);
    expect(standIn.constructor).toBe(Target);
    expect(standIn.Class).toBe(Target);
    expect(standIn.value).toBe(1);
    expect(standIn.read(1, 2)).toBe('private');
    expect(standIn.self()).toBe(standIn);
    expect([standIn.read.name, standIn.read.length]).toEqual(['read', 2]);
    expect(Object.hasOwn(target, 'read')).toBe(false);
  });

  it('returns the same method each time, until the target has another', () => {
    const target: { read(): string } = { read: () => 'one' };
    const standIn = createStandIn(target, (_, original) => (values) => original(...values));
    const { read } = standIn;
    expect(standIn.read).toBe(read);
    target.read = () => 'two';
    expect(standIn.read).not.toBe(read);
    expect(standIn.read()).toBe('two');
  });

  it('replaces a method', () => {
    const target = new Target();
    const standIn = createStandIn(target, (name) =>
      name === 'read' ? (values) => `replaced ${values}` : undefined,
    );
    expect(standIn.read(1, 2)).toBe('replaced 1,2');
  });

  it('leaves a method alone that is called on another object', () => {
    const target = new Target();
    const other = new Target();
    const { self } = createStandIn(target, call(target));
    expect(self.call(other)).toBe(other);
  });

  it('hands out a frozen method unchanged, which a proxy must', () => {
    const target = Object.freeze({ read: () => 'frozen' });
    const standIn = createStandIn(target, () => () => 'replaced');
    expect(standIn.read()).toBe('frozen');
  });
});
