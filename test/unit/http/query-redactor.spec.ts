import { describe, expect, it } from '@jest/globals';
import { QueryRedactor } from '../../../lib/http/query-redactor.js';
import { SecretKeys } from '../../../lib/secret-keys.js';

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
    ['=sig&page=t', '=sig&page=t'],
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

  it.each(['token', 'access_token', 'apiKey', 'api%5Fkey', 'user[password]', 'PASSWORD'])(
    'knows the secret words of attribute keys: %s',
    (key) => {
      expect(new QueryRedactor().redactQuery(`${key}=secret&a=1`)).toBe(`${key}=REDACTED&a=1`);
    },
  );

  it('takes the words of the application, or none', () => {
    const keys = new SecretKeys(['iban'], ['token']);
    const query = 'iban=1&token=2&sig=3';
    expect(new QueryRedactor([], 'option', keys).redactQuery(query)).toBe(
      'iban=REDACTED&token=2&sig=REDACTED',
    );
    expect(new QueryRedactor([], 'option', false).redactQuery(query)).toBe(
      'iban=1&token=2&sig=REDACTED',
    );
  });

  it('leaves keys with broken escapes alone', () => {
    expect(new QueryRedactor().redactQuery('a%E0%A4%A=1&sig=2')).toBe('a%E0%A4%A=1&sig=REDACTED');
  });

  it('shows no values behind the first 128 keys', () => {
    const redacted = new QueryRedactor().redactQuery('a=1&'.repeat(130));
    expect(redacted).toBe(`${'a=1&'.repeat(128)}${'a=REDACTED&'.repeat(2)}`);
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
