import { describe, expect, it } from '@jest/globals';
import { FlatHeaders } from '../../../../lib/http/client/flat-headers.js';
import {
  copyHeaders,
  sentUrl,
  urlOnConnection,
} from '../../../../lib/http/client/outgoing-request.js';

describe('urlOnConnection', () => {
  it.each([
    ['/a?b=1', 'http://shop:81/a?b=1'],
    ['//other/a', 'http://shop:81//other/a'],
    ['http://stock/a', 'http://stock/a'],
    ['*', 'http://shop:81/'],
    ['stock:443', 'http://shop:81/'],
  ])('reads the target %s', (target, url) => {
    expect(urlOnConnection('http://shop:81', target)?.href).toBe(url);
  });

  it('is undefined for what is no URL', () => {
    expect(urlOnConnection('http://a b', '/')).toBeUndefined();
  });
});

describe('copyHeaders', () => {
  it('copies all values, but none that Headers refuses', () => {
    const copy = copyHeaders(new FlatHeaders(['A', '1', 'b', ['2', '3'], 'a', '4', 'c', 'x\0']));
    expect(Object.fromEntries(copy)).toEqual({ a: '1, 4', b: '2, 3' });
  });
});

describe('sentUrl', () => {
  it.each([
    ['http://shop/a?b=1#c', 'http://shop/a?b=1'],
    ['http://user:word@shop:81#', 'http://shop:81/'],
  ])('makes %s %s', (url, sent) => {
    expect(sentUrl(new URL(url))).toBe(sent);
  });
});
