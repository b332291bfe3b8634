import { describe, expect, it } from '@jest/globals';
import { readForwarding } from '../../../../lib/http/server/forwarding.js';

const nothing = { client: undefined, host: undefined, scheme: undefined };

describe('readForwarding', () => {
  it.each([
    ['for=192.0.2.1', { client: '192.0.2.1' }],
    ['For="[2001:db8::1]:4711"', { client: '[2001:db8::1]:4711' }],
    ['for=a;host=shop.example;proto=https', { client: 'a', host: 'shop.example', scheme: 'https' }],
    ['for=a, for=b;host=inner', { client: 'a' }],
    ['for="a,b", for=c', { client: 'a,b' }],
    ['for="a\\"b"', { client: 'a"b' }],
    ['proto=ftp', {}],
    ['proto=HTTPS', { scheme: 'https' }],
    [';;;=', {}],
    ['for = a ; proto = "https"', { client: 'a', scheme: 'https' }],
    ['for=a;for=b', { client: 'b' }],
    ['for="";host=shop.example', { host: 'shop.example' }],
    ['for="a\\\\";host=b', { client: 'a\\', host: 'b' }],
    ['for="a;host=b";proto=http', { client: 'a;host=b', scheme: 'http' }],
    ['for=a b;host="c', {}],
    ['host=a;for="b, for=c', { host: 'a' }],
  ])('reads Forwarded: %s', (forwarded, expected) => {
    expect(readForwarding({ forwarded })).toEqual({ ...nothing, ...expected });
  });

  it('reads the X- headers, the first element of each', () => {
    expect(
      readForwarding({
        'x-forwarded-for': '192.0.2.1, 10.0.0.1',
        'x-forwarded-host': 'shop.example:81, inner',
        'x-forwarded-proto': 'https,http',
      }),
    ).toEqual({ client: '192.0.2.1', host: 'shop.example:81', scheme: 'https' });
  });

  it('believes Forwarded and not the others where both are there', () => {
    const headers = { forwarded: 'for=a', 'x-forwarded-for': 'b', 'x-forwarded-host': 'c' };
    expect(readForwarding(headers)).toEqual({ ...nothing, client: 'a' });
  });

  it('finds nothing where nothing is', () => {
    expect(readForwarding({ 'x-forwarded-for': ' , ' })).toEqual(nothing);
  });
});
