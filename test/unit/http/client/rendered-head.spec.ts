import { describe, expect, it } from '@jest/globals';
import { RenderedHead } from '../../../../lib/http/client/rendered-head.js';

const HEAD = 'GET /a HTTP/1.1\r\nHost: shop\r\nX-A: 1\r\nx-a:2\r\nExpect: 100-continue\r\n\r\n';

describe('RenderedHead', () => {
  it('is the same text if nothing changes', () => {
    expect(String(new RenderedHead(HEAD))).toBe(HEAD);
  });

  it('finds values by their name in any case', () => {
    const head = new RenderedHead(HEAD);
    expect(['host', 'x-a', 'b'].map((name) => head.get(name))).toEqual([
      'shop',
      ['1', '2'],
      undefined,
    ]);
    expect([...head.keys()]).toEqual(['host', 'x-a', 'x-a', 'expect']);
  });

  it('can be changed', () => {
    const head = new RenderedHead(HEAD);
    head.delete('x-a');
    head.set('traceparent', '00-1');
    expect(String(head)).toBe(
      'GET /a HTTP/1.1\r\nHost: shop\r\nExpect: 100-continue\r\ntraceparent: 00-1\r\n\r\n',
    );
  });

  it.each(['a\r\nb: c', 'a\0', 'ü→'])('refuses the value %j', (value) => {
    expect(() => new RenderedHead(HEAD).set('a', value)).toThrow('Invalid character');
  });
});
