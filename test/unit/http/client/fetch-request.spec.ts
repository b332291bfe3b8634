import { describe, expect, it } from '@jest/globals';
import { readFetchRequest, withHeaders } from '../../../../lib/http/client/fetch-request.js';

describe('readFetchRequest', () => {
  it('reads what fetch would send', () => {
    const request = readFetchRequest('http://shop.example/a', undefined);
    expect([request?.method, request?.url.href, request?.urlTemplate]).toEqual([
      'GET',
      'http://shop.example/a',
      undefined,
    ]);
  });

  it('lets init win over a Request', () => {
    const { signal } = new AbortController();
    const request = new Request('http://shop.example', { method: 'PUT', headers: { a: '1' } });
    const read = readFetchRequest(request, { method: 'POST', headers: { b: '2' }, signal });
    expect([read?.method, read?.signal]).toEqual(['POST', signal]);
    expect(Object.fromEntries(read?.headers ?? [])).toEqual({ b: '2' });
  });

  it('copies the headers of a Request', () => {
    const request = new Request('http://shop.example', { headers: { a: '1' } });
    const headers = readFetchRequest(request, undefined)?.headers;
    headers?.set('a', '2');
    expect(request.headers.get('a')).toBe('1');
  });

  it.each(['data:,a', 'blob:http://shop.example/1', 'about:blank'])(
    'finds nothing in %s',
    (url) => {
      expect(readFetchRequest(url, undefined)).toBeUndefined();
    },
  );

  it('takes no template that is no text', () => {
    const init = { urlTemplate: 7 as never };
    expect(readFetchRequest('http://shop.example', init)?.urlTemplate).toBeUndefined();
  });

  it('throws for what fetch refuses', () => {
    expect(() => readFetchRequest('/a', undefined)).toThrow('Invalid URL');
  });
});

describe('withHeaders', () => {
  const headers = new Headers({ a: '1' });

  it('adds them to a copy of init', () => {
    const init = Object.freeze({ method: 'PUT' });
    expect(withHeaders('http://shop.example', init, headers)).toEqual([
      'http://shop.example',
      { method: 'PUT', headers },
    ]);
  });

  it('makes a Request of an init whose members are not its own', () => {
    const init = new Request('http://other.example', { method: 'PUT' });
    const [input, own] = withHeaders('http://shop.example', init, headers);
    expect([(input as Request).url, (input as Request).method]).toEqual([
      'http://shop.example/',
      'PUT',
    ]);
    expect(own).toEqual({ headers });
  });
});
