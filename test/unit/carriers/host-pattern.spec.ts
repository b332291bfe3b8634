import { describe, expect, it } from '@jest/globals';
import { HostPattern, hostnameOf } from '../../../lib/carriers/host-pattern.js';

describe('HostPattern', () => {
  it.each([
    ['stock.example', 'stock.example', 1],
    ['Stock.Example', 'stock.example', 1],
    ['stock.example:8080', 'stock.example', 8080],
    ['*.stock.example', 'a.b.stock.example', 1],
    ['*.stock.example:80', 'a.stock.example', 80],
    ['127.0.0.1', '127.0.0.1', 1],
    ['[0:0::1]:81', '[::1]', 81],
    ['bücher.example', 'xn--bcher-kva.example', 1],
  ])('%s matches %s at %d', (text, hostname, port) => {
    expect(HostPattern.parse(text)?.matches(hostname, port)).toBe(true);
  });

  it.each([
    ['stock.example', 'a.stock.example', 1],
    ['stock.example', 'notstock.example', 1],
    ['stock.example:8080', 'stock.example', 80],
    ['*.stock.example', 'stock.example', 1],
    ['*.stock.example', 'evilstock.example', 1],
  ])('%s does not match %s at %d', (text, hostname, port) => {
    expect(HostPattern.parse(text)?.matches(hostname, port)).toBe(false);
  });

  it('takes the default port where the text names none', () => {
    const pattern = HostPattern.parse('stock.example', 443);
    expect([443, 80].map((port) => pattern?.matches('stock.example', port))).toEqual([true, false]);
    expect(HostPattern.parse('stock.example:80', 443)?.matches('stock.example', 80)).toBe(true);
  });

  it.each(['', '*', 'a.*.b', 'a/b', 'u@h', 'a b', 'a:b', 'a:99999', 'http://a', 'a%zz', '::1'])(
    'refuses %j',
    (text) => {
      expect(HostPattern.parse(text)).toBeUndefined();
    },
  );
});

describe('hostnameOf', () => {
  it.each([
    ['STOCK.example', 'stock.example'],
    ['[0:0::1]', '[::1]'],
    ['a b', undefined],
    ['[x]', undefined],
  ])('of %s is %s', (host, hostname) => {
    expect(hostnameOf(host)).toBe(hostname);
  });
});
