import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { ContextScope, ContextStorage, TracingContext } from '../../../lib/context/index.js';

describe.each([true, false])('ContextScope that remembers: %s', (remembers) => {
  const storage = new ContextStorage();
  const context = TracingContext.ROOT.withSuppressed(true);
  const other = new AsyncLocalStorage<string>();

  const create = () => new ContextScope(storage, context, remembers);
  const active = () => storage.active();

  it('makes its context active inside only, each time it is entered', () => {
    const scope = create();
    for (let time = 0; time < 3; time++) {
      expect(scope.call(active, undefined, [])).toBe(context);
      expect(storage.active()).toBe(TracingContext.ROOT);
    }
  });

  it('calls with this and arguments, and hands on the result', () => {
    const scope = create();
    const adder = {
      sum: 40,
      add(...summands: number[]) {
        return summands.reduce((sum, summand) => sum + summand, this.sum);
      },
    };
    expect(scope.call(adder.add, adder, [1, 1])).toBe(42);
    expect(scope.call(adder.add, adder, [2])).toBe(42);
  });

  it('is left when the function throws, at the first time and later', () => {
    const scope = create();
    const failure = new Error('failed');
    const fail = () => {
      throw failure;
    };
    for (let time = 0; time < 2; time++) {
      expect(() => scope.call(fail, undefined, [])).toThrow(failure);
      expect(storage.active()).toBe(TracingContext.ROOT);
    }
    expect(scope.call(active, undefined, [])).toBe(context);
  });

  it('stays active in what its functions start', async () => {
    const scope = create();
    const later = async () => {
      await nextTurn();
      return storage.active();
    };
    expect(await scope.call(later, undefined, [])).toBe(context);
    expect(await scope.call(later, undefined, [])).toBe(context);
  });

  it('can be entered inside of itself and of others', () => {
    const scope = create();
    const another = new ContextScope(storage, TracingContext.ROOT, remembers);
    const within = () => [
      scope.call(active, undefined, []),
      another.call(active, undefined, []),
      storage.active(),
    ];
    for (let time = 0; time < 2; time++) {
      expect(scope.call(within, undefined, [])).toEqual([context, TracingContext.ROOT, context]);
    }
  });

  it('is kept apart from others that are entered meanwhile', async () => {
    const scopes = [TracingContext.ROOT.withSuppressed(true), context].map((each) => ({
      context: each,
      scope: new ContextScope(storage, each, remembers),
    }));
    const later = async (turns: number) => {
      for (let turn = 0; turn < turns; turn++) await nextTurn();
      return storage.active();
    };
    const entries = [3, 1, 2].flatMap((turns) =>
      scopes.map(async ({ context: expected, scope }) => {
        expect(await scope.call(later, undefined, [turns])).toBe(expected);
      }),
    );
    await Promise.all(entries);
    expect(storage.active()).toBe(TracingContext.ROOT);
  });

  it('shows what other storages held when it was entered first', () => {
    const scope = create();
    const held = () => other.getStore();
    expect(other.run('first', () => scope.call(held, undefined, []))).toBe('first');
    expect(other.run('first', () => scope.call(held, undefined, []))).toBe('first');
    expect(other.getStore()).toBeUndefined();
  });
});
