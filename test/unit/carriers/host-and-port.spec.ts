import { describe, expect, it } from '@jest/globals';
import { defaultPortOf, parseHostAndPort } from '../../../lib/carriers/host-and-port.js';

describe('parseHostAndPort', () => {
  it.each([
    ['orders', 'orders', undefined],
    ['shop.example:8080', 'shop.example', 8080],
    ['127.0.0.1:1', '127.0.0.1', 1],
    ['host:65535', 'host', 65535],
    ['[::1]:50051', '::1', 50051],
    ['[2001:db8::1]', '2001:db8::1', undefined],
    ['[fe80::1%eth0]', 'fe80::1%eth0', undefined],
    ['::1', '::1', undefined],
  ])('%s', (text, host, port) => {
    expect(parseHostAndPort(text)).toEqual({ host, port });
  });

  it.each([
    '',
    ':80',
    'a:',
    'a:b',
    'a:65536',
    'a/b',
    'a b',
    'u@h',
    'a,b',
    '1.2.3.4:1,5.6.7.8:1',
    '[x]:1',
  ])('refuses %j', (text) => {
    expect(parseHostAndPort(text)).toBeUndefined();
  });
});

describe('defaultPortOf', () => {
  it.each([
    ['http', 80],
    ['https', 443],
  ])('of %s is %d', (scheme, port) => {
    expect(defaultPortOf(scheme)).toBe(port);
  });
});
