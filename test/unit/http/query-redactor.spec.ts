import { describe, expect, it } from '@jest/globals';
import { QueryRedactor } from '../../../lib/http/query-redactor.js';

describe('QueryRedactor', () => {
  it.each([
    ['a=1&b=2', 'a=1&b=2'],
    ['', ''],
    ['sig', 'sig'],
    ['sig=', 'sig=REDACTED'],
    ['sig=x', 'sig=REDACTED'],
    ['sig=x=y', 'sig=REDACTED'],
    ['a=1&sig=x&b=2&Signature=y', 'a=1&sig=REDACTED&b=2&Signature=REDACTED'],
    ['sig=x&sig=y', 'sig=REDACTED&sig=REDACTED'],
    ['SIG=x&xsig=y&sigx=z', 'SIG=x&xsig=y&sigx=z'],
    ['a&sig=x', 'a&sig=REDACTED'],
    ['&&sig=x&', '&&sig=REDACTED&'],
    ['=sig&token=t', '=sig&token=t'],
  ])('makes %j %j', (query, redacted) => {
    expect(new QueryRedactor().redactQuery(query)).toBe(redacted);
  });

  it.each([
    'AWSAccessKeyId',
    'Signature',
    'X-Amz-Credential',
    'X-Amz-Security-Token',
    'X-Amz-Signature',
    'X-Goog-Signature',
    'sig',
  ])('knows %s', (key) => {
    expect(new QueryRedactor().redactQuery(`${key}=secret`)).toBe(`${key}=REDACTED`);
  });

  it('takes more keys, whatever characters they have', () => {
    expect(new QueryRedactor(['t.k', 'a[]']).redactQuery('t.k=1&txk=2&a[]=3&sig=4')).toBe(
      't.k=REDACTED&txk=2&a[]=REDACTED&sig=REDACTED',
    );
  });

  it.each([
    ['https://shop.example/a?b=1#c', 'https://shop.example/a?b=1#c'],
    [
      'https://user:word@shop.example:8443/?sig=x',
      'https://REDACTED:REDACTED@shop.example:8443/?sig=REDACTED',
    ],
    ['http://user@shop.example', 'http://REDACTED:REDACTED@shop.example/'],
    ['http://[2001:db8::1]:81/?sig=x#sig=x', 'http://[2001:db8::1]:81/?sig=REDACTED#sig=x'],
  ])('makes the URL %s %s', (url, redacted) => {
    expect(new QueryRedactor().redactUrl(new URL(url))).toBe(redacted);
  });

  it.each(['token', [1], ['']])('refuses %j as a list', (keys) => {
    expect(() => new QueryRedactor(keys as never, 'the.option')).toThrow(
      'the.option must be an array of non-empty strings',
    );
  });
});
