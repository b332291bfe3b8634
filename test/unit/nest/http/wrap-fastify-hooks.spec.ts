import { afterEach, describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../../lib/context/index.js';
import { HttpServerHandler } from '../../../../lib/http/server/index.js';
import { wrapFastifyHooks } from '../../../../lib/nest/http/wrap-fastify-hooks.js';
import { createTestTracing } from '../../../../lib/testing/index.js';
import { answer, createExchange } from '../../http/server/exchange.js';

const { tracer, recorder } = createTestTracing();
const handler = new HttpServerHandler(tracer);

afterEach(() => recorder.verify());

type Hook = (...values: unknown[]) => unknown;

class FakeFastify {
  readonly hooks: [string, unknown][] = [];

  addHook(name: string, hook: unknown): this {
    this.hooks.push([name, hook]);
    return this;
  }
}

const activeEntry = (): unknown => contextStorage.active().entry;

describe('wrapFastifyHooks', () => {
  it('runs hooks in the context of their request, also those of instances of plugins', () => {
    const fastify = new FakeFastify();
    wrapFastifyHooks(fastify);
    const plugin = Object.create(fastify) as FakeFastify;
    expect(plugin.addHook('preValidation', activeEntry)).toBe(plugin);
    const exchange = createExchange();
    const { request, response } = exchange;
    const operation = handler.begin(request, response);
    const [, hook] = fastify.hooks[0] as [string, Hook];
    expect(hook({}, { raw: response })).toBe(operation);
    expect(activeEntry()).toBeUndefined();
    answer(exchange, 200);
    recorder.takeSpan();
  });

  it('calls a hook of a request that is not known, with its arguments and `this`', () => {
    const fastify = new FakeFastify();
    wrapFastifyHooks(fastify);
    fastify.addHook('onSend', function (this: unknown, ...values: unknown[]) {
      return [this, ...values];
    });
    const [, hook] = fastify.hooks[0] as [string, Hook];
    expect(hook.call('self', 1, { raw: {} }, 'payload')).toEqual([
      'self',
      1,
      { raw: {} },
      'payload',
    ]);
    expect(hook.call('self', undefined, undefined)).toEqual(['self', undefined, undefined]);
  });

  it('keeps what Fastify reads from hooks', () => {
    const fastify = new FakeFastify();
    wrapFastifyHooks(fastify);
    async function check(_request: unknown, _reply: unknown): Promise<void> {}
    fastify.addHook('onRequest', check);
    const [, hook] = fastify.hooks[0] as [string, Hook];
    expect(hook).not.toBe(check);
    expect([hook.name, hook.length, hook.constructor.name]).toEqual(['check', 2, 'AsyncFunction']);
  });

  it('leaves hooks that belong to no request, and values that are no functions', () => {
    const fastify = new FakeFastify();
    wrapFastifyHooks(fastify);
    fastify.addHook('onClose', activeEntry).addHook('onRequest', 'no function');
    expect(fastify.hooks).toEqual([
      ['onClose', activeEntry],
      ['onRequest', 'no function'],
    ]);
  });

  it('restores `addHook`, and leaves an instance without it', () => {
    const fastify = new FakeFastify();
    wrapFastifyHooks(fastify)();
    expect(Object.hasOwn(fastify, 'addHook')).toBe(false);
    const other = {};
    wrapFastifyHooks(other)();
    expect(Reflect.ownKeys(other)).toEqual([]);
  });
});
