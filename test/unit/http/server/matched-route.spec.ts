import { describe, expect, it } from '@jest/globals';
import { matchedRoute } from '../../../../lib/http/server/matched-route.js';

describe('matchedRoute', () => {
  it.each(['*', '/*', '*path', '/*path', '/{*path}', '{/*path}'])(
    'takes %s, which matches every path, for a route only of a known function',
    (template) => {
      expect(matchedRoute(template, undefined)).toBeUndefined();
      expect(matchedRoute(template, 'C.find')).toEqual({ template, functionName: 'C.find' });
    },
  );

  it.each(['/', '/orders', '/orders/*path', '/:id'])('takes %s for a route', (template) => {
    expect(matchedRoute(template, undefined)).toEqual({ template, functionName: undefined });
  });
});
