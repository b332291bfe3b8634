import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter, once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { context as contextApi, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { ContextStorage, TracingContext } from '../../../lib/context/index.js';

const spanOf = (digit: string) =>
  trace.wrapSpanContext({
    traceId: digit.repeat(32),
    spanId: digit.repeat(16),
    traceFlags: 1,
  });
const FIRST = TracingContext.ROOT.withSpan(spanOf('1'));
const SECOND = TracingContext.ROOT.withSpan(spanOf('2'));

describe('ContextStorage', () => {
  const storage = new ContextStorage();

  describe('active', () => {
    it('is the root context outside any operation', () => {
      expect(storage.active()).toBe(TracingContext.ROOT);
    });
  });

  describe('runSuppressed', () => {
    it('runs a function, and what it starts, where nothing is traced and no span is active', async () => {
      const [during, after] = storage.run(FIRST, () => {
        const inside = storage.runSuppressed(async () => {
          await Promise.resolve();
          return storage.active();
        });
        return [inside, storage.active()] as const;
      });
      expect(await during).toMatchObject({ suppressed: true, span: undefined });
      expect(after).toBe(FIRST);
    });

    it('passes on what the function returns and throws', () => {
      expect(storage.runSuppressed(() => 5)).toBe(5);
      expect(() =>
        storage.runSuppressed(() => {
          throw new Error('boom');
        }),
      ).toThrow('boom');
    });
  });

  describe.each([true, false])('runEntry, by a resource: %s', (entersByResource) => {
    const own = new ContextStorage(entersByResource);

    it('makes the context active inside only, and hands on the result', () => {
      own.run(FIRST, () => {
        expect(own.runEntry(SECOND, () => own.active())).toBe(SECOND);
        expect(own.active()).toBe(FIRST);
      });
      expect(own.active()).toBe(TracingContext.ROOT);
    });

    it('takes the context back when the function throws', () => {
      const failure = new Error('failed');
      const fail = () => {
        throw failure;
      };
      expect(() => own.runEntry(FIRST, fail)).toThrow(failure);
      expect(own.active()).toBe(TracingContext.ROOT);
    });

    it('reaches what is started inside, also below another context', async () => {
      const later = async () => {
        await nextTurn();
        return own.active();
      };
      const [inner, outer] = own.run(FIRST, () => [own.runEntry(SECOND, later), later()] as const);
      expect(await inner).toBe(SECOND);
      expect(await outer).toBe(FIRST);
    });

    it('keeps the values of other storages', () => {
      const other = new AsyncLocalStorage<string>();
      const seen = other.run('tenant', () => own.runEntry(FIRST, () => other.getStore()));
      expect(seen).toBe('tenant');
    });

    it('uses a foreign carrier', () => {
      const storage = new AsyncLocalStorage<TracingContext>();
      own.carryBy(storage);
      expect(own.runEntry(FIRST, () => storage.getStore())).toBe(FIRST);
      own.carryBy(undefined);
    });
  });

  describe('run', () => {
    it('makes the context active inside only, and hands on the result', () => {
      expect(storage.run(FIRST, () => storage.active())).toBe(FIRST);
      expect(storage.active()).toBe(TracingContext.ROOT);
    });

    it('nests', () => {
      storage.run(FIRST, () => {
        storage.run(SECOND, () => expect(storage.active()).toBe(SECOND));
        expect(storage.active()).toBe(FIRST);
      });
    });

    it('takes the context back when the function throws', () => {
      const failure = new Error('failed');
      expect(() =>
        storage.run(FIRST, () => {
          throw failure;
        }),
      ).toThrow(failure);
      expect(storage.active()).toBe(TracingContext.ROOT);
    });

    it.each<[string, () => Promise<unknown>]>([
      ['promises', () => Promise.resolve()],
      ['timers', () => new Promise((resolve) => setTimeout(resolve, 0))],
      ['immediates', () => new Promise((resolve) => setImmediate(resolve))],
      ['ticks', () => new Promise((resolve) => process.nextTick(resolve))],
      ['microtasks', () => new Promise<void>((resolve) => queueMicrotask(resolve))],
    ])('reaches what is started inside: %s', async (_, wait) => {
      const seen = await storage.run(FIRST, async () => {
        await wait();
        return storage.active();
      });
      expect(seen).toBe(FIRST);
    });

    it('keeps operations apart that run at the same time', async () => {
      const operation = (own: TracingContext) =>
        storage.run(own, async () => {
          await Promise.resolve();
          return storage.active();
        });
      expect(await Promise.all([operation(FIRST), operation(SECOND)])).toEqual([FIRST, SECOND]);
    });
  });

  describe('call', () => {
    it('hands `this` and the arguments to a function with the context active, and back its result', () => {
      const self = { factor: 2 };
      function multiply(this: typeof self, value: number): unknown[] {
        return [this.factor * value, storage.active()];
      }
      expect(storage.call(FIRST, multiply, self, [21])).toEqual([42, FIRST]);
      expect(storage.active()).toBe(TracingContext.ROOT);
    });

    it('takes the context back when the function throws', () => {
      const failure = new Error('failed');
      const fail = (): never => {
        throw failure;
      };
      expect(() => storage.call(FIRST, fail, undefined, [])).toThrow(failure);
      expect(storage.active()).toBe(TracingContext.ROOT);
    });
  });

  describe('with', () => {
    it('hands `this` and the arguments to the function, and back its result', () => {
      const self = { shop: 'A' };
      function describeCall(this: typeof self, ...args: number[]) {
        return [this.shop, args, storage.active()];
      }
      expect(storage.with(FIRST, describeCall, self, 1, 2)).toEqual(['A', [1, 2], FIRST]);
    });

    it('takes a foreign context', () => {
      const active = storage.with(trace.setSpan(ROOT_CONTEXT, FIRST.span!), () => storage.active());
      expect(active).toBeInstanceOf(TracingContext);
      expect(active.span).toBe(FIRST.span);
    });

    it.each([[undefined], [null], [{}]])(
      'runs the function in the root context for %p, as OpenTelemetry does',
      (context) => {
        const active = storage.run(FIRST, () =>
          storage.with(context as never, () => storage.active()),
        );
        expect(active).toBe(TracingContext.ROOT);
        expect(storage.bind(context as never, () => storage.active())()).toBe(active);
      },
    );
  });

  describe('bind', () => {
    it('makes a function run in the context, whoever calls it', () => {
      const bound = storage.bind(FIRST, () => storage.active());
      expect(bound()).toBe(FIRST);
      expect(storage.run(SECOND, bound)).toBe(FIRST);
      expect(storage.active()).toBe(TracingContext.ROOT);
    });

    it('hands on `this`, the arguments and the result, and keeps name and number of parameters', () => {
      const bound = storage.bind(FIRST, function place(this: unknown, id: string, count: number) {
        return [this, id, count];
      });
      const self = {};
      expect(bound.call(self, 'A-1', 2)).toEqual([self, 'A-1', 2]);
      expect(bound).toHaveLength(2);
      expect(bound.name).toBe('place');
    });

    it('takes a foreign context', () => {
      const bound = storage.bind(trace.setSpan(ROOT_CONTEXT, FIRST.span!), () => storage.active());
      expect(bound().span).toBe(FIRST.span);
    });

    it.each([['a string'], [7], [null], [undefined], [{ emit: 1 }]])('hands back %p', (target) => {
      expect(storage.bind(FIRST, target)).toBe(target);
    });

    it('binds the listeners of an emitter', async () => {
      const emitter = storage.bind(FIRST, new EventEmitter());
      const seen: TracingContext[] = [];
      emitter.on('order', () => seen.push(storage.active()));
      storage.run(SECOND, () => emitter.emit('order'));
      expect(seen).toEqual([FIRST]);
      const arrived = once(emitter, 'paid');
      emitter.emit('paid', 7);
      expect(await arrived).toEqual([7]);
    });
  });

  describe('attach', () => {
    it('makes a context active until its token is disposed', async () => {
      await storage.run(FIRST, async () => {
        const token = storage.attach(SECOND);
        expect(storage.active()).toBe(SECOND);
        await Promise.resolve();
        expect(storage.active()).toBe(SECOND);
        token.dispose();
        expect(storage.active()).toBe(FIRST);
      });
      expect(storage.active()).toBe(TracingContext.ROOT);
    });
  });

  describe('as the context manager of the API', () => {
    afterEach(() => contextApi.disable());

    it('carries the contexts of the API', () => {
      expect(contextApi.setGlobalContextManager(storage)).toBe(true);
      const span = spanOf('3');
      contextApi.with(trace.setSpan(contextApi.active(), span), () => {
        expect(trace.getActiveSpan()).toBe(span);
        expect(storage.active().span).toBe(span);
      });
      expect(trace.getActiveSpan()).toBeUndefined();
    });

    it('goes on carrying contexts when it was switched off and on', () => {
      expect(storage.disable()).toBe(storage);
      expect(storage.run(FIRST, () => storage.active())).toBe(FIRST);
      expect(storage.enable()).toBe(storage);
    });
  });
});
