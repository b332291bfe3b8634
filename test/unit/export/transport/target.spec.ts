import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import {
  appendPath,
  checkHeaders,
  checkTarget,
  isTarget,
  redactUrl,
  shownTarget,
} from '../../../../lib/export/transport/target.js';

describe('checkTarget', () => {
  it.each(['http://localhost:4318/v1/traces', 'https://user:pass@host/path?query'])(
    'takes %s as it is',
    (url) => {
      const target = checkTarget('Owner.url', url, '/v1/traces');
      expect([target.url.href, target.socketPath]).toEqual([url, undefined]);
      expect(isTarget(url)).toBe(true);
    },
  );

  it.each([
    ['unix:///run/a.sock', '/run/a.sock', '/v1/traces'],
    ['unix:/run/a.sock', '/run/a.sock', '/v1/traces'],
    ['UNIX:///run/a.sock', '/run/a.sock', '/v1/traces'],
    ['unix:///run/a.sock:/otlp/v1/traces?q=1', '/run/a.sock', '/otlp/v1/traces?q=1'],
    ['unix:///run/a.sock:/', '/run/a.sock', '/'],
    ['unix:///run/a%3Ab%20c.sock:/x:y', '/run/a:b c.sock', '/x:y'],
  ])('takes %s as the socket %s and the path %s', (value, socketPath, path) => {
    const { url, ...target } = checkTarget('Owner.url', value, '/v1/traces');
    expect(target.socketPath).toBe(socketPath);
    expect(url.href).toBe(`http://localhost${path}`);
    expect(isTarget(value)).toBe(true);
  });

  it.each([
    '',
    'localhost:4318',
    '/v1/traces',
    'ftp://host',
    'http://',
    5,
    undefined,
    'unix:',
    'unix://',
    'unix:///',
    'unix://run/a.sock',
    'unix:run/a.sock',
    'unix:///run/a.sock:v1/traces',
    'unix:///run/%00.sock',
    'unix:///run/%zz.sock',
    `unix:///${'x'.repeat(107)}`,
  ])('refuses %j', (url) => {
    expect(() => checkTarget('Owner.url', url as string)).toThrow(TracingConfigError);
    expect(isTarget(url as string)).toBe(false);
  });

  it('says what to write instead', () => {
    expect(() => checkTarget('Owner.url', 'localhost')).toThrow(
      'Owner.url must be a URL that begins with http://, https:// or unix:///, but it is "localhost". Give it in full, such as "http://localhost:4318/v1/traces".',
    );
    expect(() => checkTarget('Owner.url', 'unix://run/a.sock')).toThrow(
      /^Owner\.url must name a socket file by its absolute path, .* "unix:\/\/\/run\/collector\.sock:\/v1\/traces"\.$/,
    );
  });

  it('does not show the password of what it refuses', () => {
    expect(() => checkTarget('Owner.url', 'https://user:secret@ho st/')).toThrow(
      'https://***@ho st/',
    );
  });
});

describe('appendPath', () => {
  it.each([
    ['http://a:4318', 'http://a:4318/v1/logs'],
    ['http://a:4318/otlp/', 'http://a:4318/otlp/v1/logs'],
    ['unix:///run/a.sock', 'unix:///run/a.sock:/v1/logs'],
    ['unix:/run/a.sock', 'unix:/run/a.sock:/v1/logs'],
    ['unix:///run/a.sock:/', 'unix:///run/a.sock:/v1/logs'],
    ['unix:///run/a.sock:/otlp', 'unix:///run/a.sock:/otlp/v1/logs'],
  ])('makes of %s %s', (base, endpoint) => {
    expect(appendPath(base, '/v1/logs')).toBe(endpoint);
  });
});

describe('shownTarget', () => {
  it('shows a socket file with the path of requests', () => {
    const target = checkTarget('Owner.url', 'unix:///run/a.sock:/v1/traces?key=secret');
    expect(shownTarget(target)).toBe('unix:///run/a.sock:/v1/traces?***');
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
