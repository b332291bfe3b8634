import { afterEach, describe, expect, it } from '@jest/globals';
import { HttpServerHandler } from '../../../../lib/http/index.js';
import { ROUTE_HANDLER } from '../../../../lib/http/server/index.js';
import { type HookableAdapter, platformHooksOf } from '../../../../lib/nest/http/platform-hooks.js';
import { createTestTracing } from '../../../../lib/testing/index.js';
import { answer, createExchange } from '../../http/server/exchange.js';

const { tracer, recorder } = createTestTracing();
const handler = new HttpServerHandler(tracer);

afterEach(() => recorder.verify());

type Hook = (...values: unknown[]) => void;

/** Attaches the hooks of a platform and gives them by their names. */
function attach(type: string, isActive = true): Map<string, Hook> {
  const hooks = new Map<string, Hook>();
  const adapter = {
    getType: () => type,
    getInstance: () => ({ addHook: (name: string, hook: Hook) => hooks.set(name, hook) }),
    use: (hook: Hook) => hooks.set('use', hook),
  } as unknown as HookableAdapter;
  const leave = platformHooksOf(adapter).attach(adapter, handler);
  if (!isActive) leave();
  return hooks;
}

describe('the hooks of a platform', () => {
  it.each([
    ['express', ['use'], false],
    ['fastify', ['onRoute', 'onRequest', 'preValidation'], true],
    ['another', [], true],
  ])('of %s are %j', (type, names, wrapsServerRequests) => {
    expect([...attach(type).keys()]).toEqual(names);
    const adapter = { getType: () => type } as HookableAdapter;
    expect(platformHooksOf(adapter).wrapsServerRequests).toBe(wrapsServerRequests);
  });

  it.each([
    ['express', 'use', (part: unknown) => part],
    ['fastify', 'onRequest', (part: unknown) => ({ raw: part })],
  ])('of %s trace a request while they are active', (type, name, wrap) => {
    const exchange = createExchange();
    const values = [wrap(exchange.request), wrap(exchange.response)];
    let goneOn = 0;
    attach(type, false).get(name)?.(...values, () => goneOn++);
    expect(recorder.openSpans).toHaveLength(0);
    attach(type).get(name)?.(...values, () => goneOn++);
    expect(recorder.openSpans).toHaveLength(1);
    answer(exchange, 200);
    recorder.takeSpan();
    expect(goneOn).toBe(2);
  });

  it('of Fastify leave the handler of a route in a configuration of their own', () => {
    const config = Object.freeze({ of: 'the user' });
    const route: { handler: Hook; config: object } = { handler: () => {}, config };
    attach('fastify').get('onRoute')?.(route);
    expect(route.config).toEqual({ of: 'the user', [ROUTE_HANDLER]: route.handler });
  });
});
