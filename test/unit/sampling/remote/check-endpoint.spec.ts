import { describe, expect, it } from '@jest/globals';
import { checkEndpoint } from '../../../../lib/sampling/remote/check-endpoint.js';

describe('checkEndpoint', () => {
  it.each(['http://127.0.0.1:5778', 'https://jaeger/sampling?x=1', 'http://[::1]:5778/'])(
    'accepts %s',
    (endpoint) => {
      expect(checkEndpoint('it', endpoint).href).toBe(new URL(endpoint).href);
    },
  );

  it.each(['localhost:5778', 'grpc://jaeger:14250', '', 5778, undefined, 'http://'])(
    'refuses %p',
    (endpoint) => {
      expect(() => checkEndpoint('it.endpoint', endpoint)).toThrow(
        'it.endpoint must be a URL that begins with http:// or https://',
      );
    },
  );
});
