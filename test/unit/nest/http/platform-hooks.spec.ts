import { afterEach, describe, expect, it } from '@jest/globals';
import { HttpServerHandler } from '../../../../lib/http/index.js';
import { type HookableAdapter, hookPlatform } from '../../../../lib/nest/http/platform-hooks.js';
import { createTestTracing } from '../../../../lib/testing/index.js';
import { answer, createExchange } from '../../http/server/exchange.js';

const { tracer, recorder } = createTestTracing();
const handler = new HttpServerHandler(tracer);

afterEach(() => recorder.verify());

type Hook = (...values: unknown[]) => void;

/** Installs the hooks of a platform, and returns them by their names. */
function hook(type: string, isActive = true): Map<string, Hook> {
  const hooks = new Map<string, Hook>();
  const adapter = {
    getType: () => type,
    getInstance: () => ({ addHook: (name: string, own: Hook) => hooks.set(name, own) }),
    use: (own: Hook) => hooks.set('use', own),
  } as unknown as HookableAdapter;
  const unhook = hookPlatform(adapter, handler);
  if (!isActive) unhook();
  return hooks;
}

describe('hookPlatform', () => {
  it.each([
    ['express', ['use']],
    ['fastify', ['onRoute', 'onRequest']],
    ['another', []],
  ])('installs the hooks of %s', (type, names) => {
    expect([...hook(type).keys()]).toEqual(names);
  });

  it.each([
    ['express', 'use', (part: unknown) => part],
    ['fastify', 'onRequest', (part: unknown) => ({ raw: part, is404: true })],
  ])('traces a request on %s until it is undone', (type, name, wrap) => {
    const exchange = createExchange();
    const values = [wrap(exchange.request), wrap(exchange.response)];
    let calls = 0;
    hook(type, false).get(name)?.(...values, () => calls++);
    expect(recorder.openSpans).toHaveLength(0);
    hook(type).get(name)?.(...values, () => calls++);
    expect(recorder.openSpans).toHaveLength(1);
    answer(exchange, 200);
    recorder.takeSpan();
    expect(calls).toBe(2);
  });

  it('reads the route of a Fastify request from the configuration, which it does not modify', () => {
    const hooks = hook('fastify');
    const config = Object.freeze({ of: 'the user' });
    const route: { url: string; handler: Hook; config: object } = {
      url: '/orders/:id',
      handler: () => {},
      config,
    };
    hooks.get('onRoute')?.(route);
    expect(route.config).toMatchObject(config);
    const exchange = createExchange();
    const request = { raw: exchange.request, is404: false, routeOptions: route };
    hooks.get('onRequest')?.(request, { raw: exchange.response }, () => {});
    answer(exchange, 200);
    expect(recorder.takeSpan().name).toBe('GET /orders/:id');
  });
});
