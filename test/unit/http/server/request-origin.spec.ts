import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { RequestOriginReader } from '../../../../lib/http/server/request-origin.js';

function requestOf(headers: object, socket: object | null = {}): IncomingMessage {
  return { headers, socket } as unknown as IncomingMessage;
}

describe('RequestOriginReader', () => {
  const peer = { remoteAddress: '10.0.0.9' };

  it('reads the host and the peer', () => {
    const reader = new RequestOriginReader(false);
    expect(reader.read(requestOf({ host: 'shop.example:81' }, peer))).toEqual({
      scheme: 'http',
      serverAddress: 'shop.example',
      serverPort: 81,
      clientAddress: '10.0.0.9',
    });
  });

  it('gives the port of the scheme where none is named', () => {
    const reader = new RequestOriginReader(false);
    expect(reader.read(requestOf({ host: 'a' })).serverPort).toBe(80);
    const encrypted = reader.read(requestOf({ host: 'a' }, { encrypted: true }));
    expect([encrypted.scheme, encrypted.serverPort]).toEqual(['https', 443]);
  });

  it('takes :authority of HTTP/2', () => {
    const reader = new RequestOriginReader(false);
    expect(reader.read(requestOf({ ':authority': 'b:2', host: 'a:1' })).serverAddress).toBe('b');
  });

  it('reads another host after the last one', () => {
    const reader = new RequestOriginReader(false);
    const addresses = ['a', 'a', 'b', 'x y', 'a'].map(
      (host) => reader.read(requestOf({ host })).serverAddress,
    );
    expect(addresses).toEqual(['a', 'a', 'b', undefined, 'a']);
  });

  it('does without host and socket', () => {
    expect(new RequestOriginReader(true).read(requestOf({}, null))).toEqual({
      scheme: 'http',
      serverAddress: undefined,
      serverPort: undefined,
      clientAddress: undefined,
    });
  });

  const forwarded = {
    host: 'inner:81',
    'x-forwarded-for': '192.0.2.1:5000',
    'x-forwarded-host': 'shop.example',
    'x-forwarded-proto': 'https',
  };

  it('believes proxies only where told to', () => {
    expect(new RequestOriginReader(false).read(requestOf(forwarded, peer))).toEqual({
      scheme: 'http',
      serverAddress: 'inner',
      serverPort: 81,
      clientAddress: '10.0.0.9',
    });
    expect(new RequestOriginReader(true).read(requestOf(forwarded, peer))).toEqual({
      scheme: 'https',
      serverAddress: 'shop.example',
      serverPort: 443,
      clientAddress: '192.0.2.1',
    });
  });

  it('keeps an IPv6 client without brackets as it is', () => {
    const headers = { 'x-forwarded-for': '2001:db8::1' };
    expect(new RequestOriginReader(true).read(requestOf(headers)).clientAddress).toBe(
      '2001:db8::1',
    );
  });
});
