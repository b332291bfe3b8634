import { describe, expect, it } from '@jest/globals';
import { linksTo, readConnection } from '../../../lib/websocket/web-socket-connection.js';

describe('readConnection', () => {
  it('reads a socket of socket.io', () => {
    const headers = { traceparent: 'x' };
    const client = { id: 'a1', nsp: { name: '/chat' }, handshake: { headers, address: '::1' } };
    expect(readConnection(client, undefined)).toEqual({
      connection: {
        protocol: 'socket.io',
        namespace: '/chat',
        id: 'a1',
        address: '::1',
        links: undefined,
      },
      headers,
    });
  });

  it('reads a socket of ws with the request of its handshake', () => {
    const headers = { host: 'localhost' };
    const request = { headers, socket: { remoteAddress: '127.0.0.1' } };
    expect(readConnection({}, request)).toEqual({
      connection: {
        protocol: 'websocket',
        namespace: undefined,
        id: undefined,
        address: '127.0.0.1',
        links: undefined,
      },
      headers,
    });
  });

  it.each([
    [{ handshake: null, nsp: null, id: 7 }, null],
    [{ handshake: 'text', nsp: 'text' }, 'text'],
    [{ handshake: { headers: 'text', address: 4 } }, { headers: 3, socket: null }],
  ])('reads nothing of other objects: %j', (client, request) => {
    const { connection, headers } = readConnection(client, request);
    expect(connection).toMatchObject({ namespace: undefined, id: undefined, address: undefined });
    expect(headers).toEqual({});
  });
});

describe('linksTo', () => {
  it('copies the ids, so that nothing of the span stays reachable', () => {
    const context = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
      span: {},
    };
    const [link] = linksTo(context) ?? [];
    expect(link?.context).toEqual({
      traceId: context.traceId,
      spanId: context.spanId,
      traceFlags: 1,
      traceState: undefined,
    });
  });

  it('makes no link without a valid span', () => {
    expect(linksTo(undefined)).toBeUndefined();
    expect(
      linksTo({ traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 }),
    ).toBeUndefined();
  });
});
