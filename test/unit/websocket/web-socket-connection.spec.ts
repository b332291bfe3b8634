import { describe, expect, it } from '@jest/globals';
import { readConnection } from '../../../lib/websocket/web-socket-connection.js';

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
