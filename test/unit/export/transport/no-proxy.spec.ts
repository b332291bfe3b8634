import { describe, expect, it } from '@jest/globals';
import { hostOf, isLoopback, readNoProxy } from '../../../../lib/export/transport/no-proxy.js';

function matches(value: string, url: string): boolean {
  const target = new URL(url);
  const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80));
  return readNoProxy(value).matches(hostOf(target), port);
}

describe('NO_PROXY', () => {
  it.each([
    ['*', 'http://anything.test'],
    ['example.com', 'http://example.com'],
    ['example.com', 'http://api.example.com:4318'],
    ['.example.com', 'http://api.example.com'],
    ['.example.com', 'http://example.com'],
    ['*.example.com', 'http://api.example.com'],
    ['EXAMPLE.com.', 'http://Api.Example.COM.'],
    ['münchen.de', 'http://api.münchen.de'],
    ['a.test, example.com', 'http://example.com'],
    ['a.test example.com', 'http://example.com'],
    [' , ,example.com,', 'http://example.com'],
    ['example.com:4318', 'http://example.com:4318'],
    ['example.com:443', 'https://example.com'],
    ['example.com:80', 'http://example.com'],
    ['10.1.2.3', 'http://10.1.2.3:4318'],
    ['10.1.2.3:4318', 'http://10.1.2.3:4318'],
    ['10.0.0.0/8', 'http://10.1.2.3'],
    ['10.1.2.0-10.1.2.9', 'http://10.1.2.3'],
    ['10.0.0.0/8', 'http://[::ffff:10.1.2.3]'],
    ['fd00::1', 'http://[fd00::1]:4318'],
    ['[fd00::1]', 'http://[fd00::1]:4318'],
    ['[fd00::1]:4318', 'http://[fd00::1]:4318'],
    ['fd00:0:0::1', 'http://[fd00::1]'],
    ['fd00::/16', 'http://[fd00:1:2::3]'],
  ])('%j names %s', (value, url) => {
    expect(matches(value, url)).toBe(true);
    expect(readNoProxy(value).invalid).toEqual([]);
  });

  it.each([
    ['', 'http://example.com'],
    ['example.com', 'http://badexample.com'],
    ['example.com', 'http://example.com.evil.test'],
    ['ample.com', 'http://example.com'],
    ['api.example.com', 'http://example.com'],
    ['example.com:4318', 'http://example.com:4317'],
    ['10.1.2.3', 'http://10.1.2.30'],
    ['10.0.0.0/8', 'http://11.0.0.1'],
    ['10.0.0.0/8', 'http://10.0.0.1.example.com'],
    ['10.1.2.0-10.1.2.9', 'http://10.1.2.10'],
    ['fd00::1', 'http://[fd00::2]'],
    ['[fd00::1]:4317', 'http://[fd00::1]:4318'],
  ])('%j does not name %s', (value, url) => {
    expect(matches(value, url)).toBe(false);
  });

  it.each([
    '10.0.0.0/33',
    '10.0.0.0/x',
    '10.0.0.0/8/8',
    '10.0.0.9-10.0.0.1',
    '10.0.0.1-10.0.0.9/8',
    'http://example.com',
    'user@example.com',
    '[fd00::1',
    '.',
    '*.',
    '*example.com*',
    'a#b',
    'example.com:99999999',
  ])('says of %j that it is no entry, and keeps the others', (entry) => {
    const rules = readNoProxy(`${entry},good.test`);
    expect(rules.invalid).toEqual([entry]);
    expect(rules.matches('good.test', 80)).toBe(true);
  });

  it('takes a very long list', () => {
    const hosts = Array.from({ length: 20_000 }, (_host, i) => `h${i}.test`).join(',');
    expect(matches(hosts, 'http://h19999.test')).toBe(true);
  });
});

describe('isLoopback', () => {
  it.each([
    'localhost',
    'a.localhost',
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '0.0.0.0',
    '::',
    '::ffff:127.0.0.1',
  ])('is true of %s', (host) => expect(isLoopback(host)).toBe(true));

  it.each(['localhost.test', 'notlocalhost', '128.0.0.1', '::2', '10.0.0.1', ''])(
    'is false of %j',
    (host) => expect(isLoopback(host)).toBe(false),
  );
});
