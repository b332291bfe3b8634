import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import { checkHeaders, checkUrl, redactUrl } from '../../../../lib/export/transport/target.js';

describe('checkUrl', () => {
  it.each(['http://localhost:4318/v1/traces', 'https://user:pass@host/path?query'])(
    'takes %s as it is',
    (url) => {
      expect(checkUrl('Owner.url', url).href).toBe(url);
    },
  );

  it.each(['', 'localhost:4318', '/v1/traces', 'ftp://host', 'http://', 5, undefined])(
    'refuses %j',
    (url) => {
      expect(() => checkUrl('Owner.url', url as string)).toThrow(TracingConfigError);
    },
  );

  it('says what to write instead', () => {
    expect(() => checkUrl('Owner.url', 'localhost')).toThrow(
      'Owner.url must be a URL that begins with http:// or https://, but it is "localhost". Give it in full, such as "http://localhost:4318/v1/traces".',
    );
  });
});

describe('checkHeaders', () => {
  it('takes none', () => {
    expect(checkHeaders('Owner.headers', undefined)).toEqual({});
  });

  it('writes names in lower case', () => {
    expect(checkHeaders('Owner.headers', { 'Api-Key': 'k', host: 'h' })).toEqual({
      'api-key': 'k',
      host: 'h',
    });
  });

  it.each<[string, unknown]>([
    ['an empty name', { '': 'x' }],
    ['a name with a space', { 'a b': 'x' }],
    ['a name with a colon', { 'a:': 'x' }],
    ['a value with a line break', { a: 'x\r\nb: y' }],
    ['a value beyond Latin-1', { a: '世' }],
    ['no value', { a: undefined }],
    ['the type', { 'content-type': 'x' }],
    ['the length', { 'Content-Length': '5' }],
    ['the encoding', { 'Content-Encoding': 'gzip' }],
    ['a text', 'a=b'],
    ['a list', ['a']],
    ['null', null],
  ])('refuses %s', (_, headers) => {
    expect(() => checkHeaders('Owner.headers', headers as never)).toThrow(TracingConfigError);
  });
});

describe('redactUrl', () => {
  it.each([
    ['http://localhost:4318/v1/traces', 'http://localhost:4318/v1/traces'],
    ['https://user:secret@host/a', 'https://***@host/a'],
    ['https://token@host/a', 'https://***@host/a'],
    ['https://host/a?key=secret', 'https://host/a?***'],
    ['https://host', 'https://host/'],
    ['http://[::1]:4318/a#secret', 'http://[::1]:4318/a'],
  ])('makes of %s %s', (url, shown) => {
    expect(redactUrl(new URL(url))).toBe(shown);
  });
});
