import { describe, expect, it } from '@jest/globals';
import { defaultPortOf, parseAuthority } from '../../../lib/http/authority.js';

describe('parseAuthority', () => {
  it.each([
    ['shop.example', 'shop.example', undefined],
    ['shop.example:8080', 'shop.example', 8080],
    ['192.0.2.1:80', '192.0.2.1', 80],
    ['[2001:db8::1]', '2001:db8::1', undefined],
    ['[2001:db8::1]:443', '2001:db8::1', 443],
    ['host:65535', 'host', 65535],
  ])('reads %s', (text, address, port) => {
    expect(parseAuthority(text)).toEqual({ address, port });
  });

  it.each([
    '',
    ':80',
    'host:',
    'host:x',
    'host:65536',
    '2001:db8::1',
    'a b',
    'a/b',
    'u@h',
    '[x]',
    'a,b',
  ])('refuses %j', (text) => {
    expect(parseAuthority(text)).toBeUndefined();
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
