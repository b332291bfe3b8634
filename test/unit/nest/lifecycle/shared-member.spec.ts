import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { LocalTracer } from '../../../../lib/context/index.js';
import { replacementOf, traceSharedMember } from '../../../../lib/nest/lifecycle/shared-member.js';
import type { Method } from '../../../../lib/nest/prototype-methods.js';

const [first, second] = [{}, {}] as LocalTracer[] as [LocalTracer, LocalTracer];

class Guard {
  canActivate(): string {
    return 'original';
  }
}

const count =
  (original: Method, users: readonly LocalTracer[]): Method =>
  () =>
    `${original()} for ${users.length}`;

describe('traceSharedMember', () => {
  it.each([
    ['in order', [0, 1]],
    ['in reverse order', [1, 0]],
  ])('gives the method back when the last user releases it, %s', (_, order) => {
    const guard = new Guard();
    const releases = [first, second].map((user) =>
      traceSharedMember(guard, 'canActivate', user, count),
    );
    expect(guard.canActivate()).toBe('original for 2');
    expect(Object.keys(guard)).toEqual([]);
    releases[order[0] as number]?.();
    releases[order[0] as number]?.();
    expect(guard.canActivate()).toBe('original for 1');
    releases[order[1] as number]?.();
    expect(Object.getOwnPropertyNames(guard)).toEqual([]);
    expect(guard.canActivate()).toBe('original');
  });

  it('restores an own method with its descriptor', () => {
    const guard = { canActivate: () => 'own' };
    const before = Object.getOwnPropertyDescriptors(guard);
    traceSharedMember(guard, 'canActivate', first, count)();
    expect(Object.getOwnPropertyDescriptors(guard)).toEqual(before);
  });

  it('throws for a frozen object', () => {
    const frozen = Object.freeze(new Guard());
    expect(() => traceSharedMember(frozen, 'canActivate', first, count)).toThrow(TypeError);
  });
});

describe('replacementOf', () => {
  it('keeps the name and the metadata', () => {
    function handle(_a: unknown): void {}
    Reflect.defineMetadata('roles', ['admin'], handle);
    const replacement = replacementOf(handle as Method, [], () => () => 'replaced');
    expect(replacement()).toBe('replaced');
    expect([replacement.name, replacement.length]).toEqual(['handle', 1]);
    expect(Reflect.getMetadata('roles', replacement)).toEqual(['admin']);
  });
});
