import { describe, expect, it } from '@jest/globals';
import { variesBetweenRuns } from '../../../lib/testing/index.js';

describe('variesBetweenRuns', () => {
  it.each([
    ['server.port', 49152],
    ['network.peer.port', 49152],
    ['messaging.message.id', '7f'],
    ['process.pid', 1],
    ['exception.stacktrace', 'Error: x'],
    ['url.full', 'http://127.0.0.1:49152/orders'],
    ['url.full', 'http://localhost:49152/orders'],
    ['url.full', 'http://[::1]:49152/orders'],
    ['detail', 'Error: x\n    at place (/app/orders.ts:1:2)'],
  ])('is true for %s=%s', (key, value) => {
    expect(variesBetweenRuns(key, value)).toBe(true);
  });

  it.each([
    ['order.id', '42'],
    ['http.route', '/orders/:id'],
    ['http.response.status_code', 200],
    ['server.address', '127.0.0.1'],
    ['url.full', 'http://shop.example:8080/orders'],
    ['url.full', 'http://mylocalhost.example/'],
    ['report', 'sold'],
    ['note', 'two\nlines at once'],
    ['counts', [1, 2]],
  ])('is false for %s=%s', (key, value) => {
    expect(variesBetweenRuns(key, value)).toBe(false);
  });
});
