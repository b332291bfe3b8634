import { describe, expect, it } from '@jest/globals';
import { proxyVariables } from '../../../../lib/export/transport/proxy-environment.js';

describe('proxyVariables', () => {
  it('are the environment of the process as it is now', () => {
    process.env.TRACED_TEST_PROXY = 'http://proxy:3128';
    try {
      expect(proxyVariables().TRACED_TEST_PROXY).toBe('http://proxy:3128');
    } finally {
      delete process.env.TRACED_TEST_PROXY;
    }
    expect(proxyVariables()).not.toHaveProperty('TRACED_TEST_PROXY');
  });
});
