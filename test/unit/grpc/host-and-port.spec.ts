import { describe, expect, it } from '@jest/globals';
import { parseHostAndPort } from '../../../lib/grpc/host-and-port.js';

describe('parseHostAndPort', () => {
  it.each([
    ['orders', 'orders', undefined],
    ['orders:50051', 'orders', 50051],
    ['127.0.0.1:1', '127.0.0.1', 1],
    ['[::1]:50051', '::1', 50051],
    ['[fe80::1%eth0]', 'fe80::1%eth0', undefined],
    ['::1', '::1', undefined],
  ])('%s', (text, host, port) => {
    expect(parseHostAndPort(text)).toEqual({ host, port });
  });

  it.each(['', 'a:b', 'a:70000', 'a/b', '1.2.3.4:1,5.6.7.8:1', '[x]:1'])('refuses %j', (text) => {
    expect(parseHostAndPort(text)).toBeUndefined();
  });
});
