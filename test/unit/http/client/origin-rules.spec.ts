import { describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { HttpClientSettings } from '../../../../lib/http/client/http-client-settings.js';
import { OriginRules } from '../../../../lib/http/client/origin-rules.js';
import type { OriginRule } from '../../../../lib/http/index.js';

const warnings: string[] = [];
const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });

function means(rules: readonly OriginRule[] | undefined, url: string): boolean {
  return new OriginRules('list', rules).has(new URL(url), diagnostics);
}

describe('OriginRules', () => {
  it('mean all receivers where there are none, and none where the list is empty', () => {
    expect(new OriginRules('list', undefined).meansAll).toBe(true);
    expect(means(undefined, 'http://anywhere.example')).toBe(true);
    expect(new OriginRules('list', []).meansAll).toBe(false);
    expect(means([], 'http://anywhere.example')).toBe(false);
  });

  const meant: [OriginRule, string][] = [
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
    expect(means([rule], url)).toBe(true);
    expect(means(['other.example', rule], url)).toBe(true);
  });

  const notMeant: [OriginRule, string][] = [
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
    [(() => 'yes') as never, 'https://stock.example'],
  ];

  it.each(notMeant)('%s does not mean %s', (rule, url) => {
    expect(means([rule], url)).toBe(false);
  });

  it('mean the same with a pattern that remembers its last match', () => {
    const rules = new OriginRules('list', [/stock/g]);
    const url = new URL('http://stock.example');
    expect([rules.has(url, diagnostics), rules.has(url, diagnostics)]).toEqual([true, true]);
  });

  it('take no harm from a function that throws or changes its URL', () => {
    const fail: OriginRule = () => {
      throw new Error('broken');
    };
    const change: OriginRule = (url) => {
      url.hostname = 'changed.example';
      return false;
    };
    const url = new URL('http://stock.example');
    expect(new OriginRules('list', [fail, change]).has(url, diagnostics)).toBe(false);
    expect(means([fail, 'stock.example'], url.href)).toBe(true);
    expect(url.hostname).toBe('stock.example');
    expect(warnings).toEqual(['A function of list threw; it means no receiver: Error: broken']);
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
