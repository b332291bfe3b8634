import { describe, expect, it } from '@jest/globals';
import { matchedRouteOf, ROUTE_HANDLER } from '../../../../lib/http/server/matched-route.js';

function handler(): void {}
function boundCopy(): void {}

describe('matchedRouteOf', () => {
  it.each([
    ['/orders/:id', '', '/orders/:id'],
    ['/', '', '/'],
    ['/:id', '/mounted', '/mounted/:id'],
    ['/', '/mounted', '/mounted'],
    [/^\/a/, '', '/^\\/a/'],
    [['/a', '/b'], '', '/a,/b'],
  ])('of Express with path %s below %j is %s', (path, baseUrl, template) => {
    const route = { path, stack: [{ handle: boundCopy }, { handle: handler }] };
    expect(matchedRouteOf({ route, baseUrl })).toEqual({ template, isCatchAll: false, handler });
  });

  it('of Fastify is that of its options', () => {
    const routeOptions = { url: '/orders/:id', handler };
    expect(matchedRouteOf({ is404: false, routeOptions })).toEqual({
      template: '/orders/:id',
      isCatchAll: false,
      handler,
    });
  });

  it('of Fastify has the very handler where a hook has left it', () => {
    const routeOptions = { url: '/a', handler: boundCopy, config: { [ROUTE_HANDLER]: handler } };
    expect(matchedRouteOf({ is404: false, routeOptions })?.handler).toBe(handler);
  });

  it.each(['*', '/*', '*path', '/*path', '/{*path}', '{/*path}'])(
    'says that %s stands for any path',
    (path) => {
      expect(matchedRouteOf({ route: { path } })?.isCatchAll).toBe(true);
      expect(matchedRouteOf({ routeOptions: { url: path } })?.isCatchAll).toBe(true);
    },
  );

  it.each([
    ['no object', undefined],
    ['null', null],
    ['a request of Node', { url: '/' }],
    ['a route without a path', { route: {} }],
    ['an unknown route of Fastify', { is404: true, routeOptions: { url: '/a' } }],
    ['options of Fastify without a URL', { routeOptions: {} }],
  ])('is none of %s', (_, request) => {
    expect(matchedRouteOf(request)).toBeUndefined();
  });
});
