import { describe, expect, it } from '@jest/globals';
import { ReceiverRules, type ReceiverRulesPlan } from '../../../../lib/carriers/index.js';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { HttpClientSettings } from '../../../../lib/http/client/http-client-settings.js';
import { ORIGIN_RULES, URL_RULES } from '../../../../lib/http/client/url-rules.js';
import type { HttpOriginRule } from '../../../../lib/http/index.js';

function means(plan: ReceiverRulesPlan<URL>, rule: HttpOriginRule, url: string): boolean {
  return new ReceiverRules('list', plan, [rule]).has(new URL(url), new Diagnostics());
}

describe('ORIGIN_RULES', () => {
  const meant: [HttpOriginRule, string][] = [
    ['https://stock.example', 'https://stock.example/items?a=1'],
    ['https://stock.example', 'https://STOCK.example:443/'],
    ['https://stock.example/', 'https://user:secret@stock.example'],
    ['HTTPS://Stock.Example:443', 'https://stock.example'],
    ['http://stock.example:8080', 'http://stock.example:8080'],
    ['stock.example', 'http://stock.example'],
    ['stock.example', 'https://stock.example:8443'],
    ['localhost:3000', 'http://localhost:3000'],
    ['localhost:80', 'http://localhost'],
    ['localhost:443', 'https://localhost'],
    ['127.0.0.1', 'http://127.0.0.1:1234'],
    ['[::1]:81', 'http://[::1]:81'],
    ['http://[0:0::1]', 'http://[::1]'],
    ['*.stock.example', 'https://a.stock.example'],
    ['*.stock.example', 'https://a.b.stock.example:1'],
    ['https://*.stock.example', 'https://a.stock.example'],
    ['bücher.example', 'http://xn--bcher-kva.example'],
    [/^https:\/\/\w+\.example$/, 'https://stock.example/path'],
    [/example/g, 'https://stock.example'],
    [(url) => url.pathname === '/inner', 'https://stock.example/inner'],
  ];

  it.each(meant)('%s means %s', (rule, url) => {
    expect(means(ORIGIN_RULES, rule, url)).toBe(true);
  });

  const notMeant: [HttpOriginRule, string][] = [
    ['https://stock.example', 'http://stock.example'],
    ['https://stock.example', 'https://stock.example:8443'],
    ['https://stock.example', 'https://stock.example.evil.example'],
    ['https://stock.example', 'https://a.stock.example'],
    ['https://stock.example', 'https://stock.example@evil.example'],
    ['https://stock.example', 'https://evil.example/https://stock.example'],
    ['stock.example', 'http://notstock.example'],
    ['stock.example:80', 'https://stock.example'],
    ['*.stock.example', 'https://stock.example'],
    ['*.stock.example', 'https://evilstock.example'],
    ['https://*.stock.example', 'http://a.stock.example'],
    [/path/, 'https://stock.example/path'],
    [() => false, 'https://stock.example'],
  ];

  it.each(notMeant)('%s does not mean %s', (rule, url) => {
    expect(means(ORIGIN_RULES, rule, url)).toBe(false);
  });

  it('give a function a URL that it may change', () => {
    const url = new URL('http://stock.example');
    const change = (given: URL): boolean => {
      given.hostname = 'changed.example';
      return false;
    };
    new ReceiverRules('list', ORIGIN_RULES, [change]).has(url, new Diagnostics());
    expect(url.hostname).toBe('stock.example');
  });

  const wrong: [unknown, string][] = [
    ['stock.example', 'http.client.propagateTo must'],
    [null, 'http.client.propagateTo must'],
    [[''], 'http.client.propagateTo[0] must'],
    [['stock.example', 5], 'http.client.propagateTo[1] must'],
    [['https://stock.example/path'], 'http.client.propagateTo[0] must'],
    [['ftp://stock.example'], 'http.client.propagateTo[0] must'],
    [['stock.*.example'], 'http.client.propagateTo[0] must'],
    [['*'], 'http.client.propagateTo[0] must'],
    [['user@stock.example'], 'http.client.propagateTo[0] must'],
    [['stock.example:99999'], 'http.client.propagateTo[0] must'],
    [['stock example'], 'http.client.propagateTo[0] must'],
    [['a%zz'], 'http.client.propagateTo[0] must'],
  ];

  it.each(wrong)('refuse %j', (rules, message) => {
    expect(() => new HttpClientSettings({ propagateTo: rules as never })).toThrow(message);
    expect(() => new HttpClientSettings({ propagateBaggageTo: rules as never })).toThrow(
      message.replace('propagateTo', 'propagateBaggageTo'),
    );
  });
});

describe('URL_RULES', () => {
  const HEALTH = 'https://stock.example/health?full=1';

  it.each<[HttpOriginRule]>([
    ['https://stock.example'],
    ['*.example'],
    ['https://stock.example/health'],
    ['HTTPS://STOCK.example:443/health'],
    [/\/health$/],
    [(url) => url.searchParams.has('full')],
  ])('%s means a request', (rule) => {
    expect(means(URL_RULES, rule, HEALTH)).toBe(true);
  });

  it.each<[HttpOriginRule]>([
    ['http://stock.example'],
    ['https://stock.example/health/live'],
    ['https://stock.example/Health'],
    ['http://stock.example/health'],
    [/full/],
    [() => false],
  ])('%s does not mean it', (rule) => {
    expect(means(URL_RULES, rule, HEALTH)).toBe(false);
  });

  it.each([
    ['/health', 'http.client.ignore must'],
    [['/health'], 'http.client.ignore[0] must'],
    [['stock.example/health'], 'http.client.ignore[0] must'],
    [['https://stock.example/health?full=1'], 'http.client.ignore[0] must'],
    [['https://*.example/health'], 'http.client.ignore[0] must'],
    [['ftp://stock.example/health'], 'http.client.ignore[0] must'],
    [['https://a b/health'], 'http.client.ignore[0] must'],
    [[/a/, 7], 'http.client.ignore[1] must'],
  ])('refuse %j', (rules, message) => {
    expect(() => new HttpClientSettings({ ignore: rules as never })).toThrow(message);
  });
});
