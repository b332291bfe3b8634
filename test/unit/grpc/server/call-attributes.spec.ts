import { describe, expect, it } from '@jest/globals';
import * as names from '../../../../lib/grpc/attributes.js';
import { callAttributes } from '../../../../lib/grpc/server/call-attributes.js';

describe('callAttributes', () => {
  it('says what is known of a call at its start, under the names of the conventions', () => {
    const peer = { remoteAddress: '10.0.0.7', remotePort: 4711 };
    const server = { host: 'orders', port: 50051 };
    expect(callAttributes(names.OTHER_METHOD, 'shop.Orders/Lose', server, peer)).toEqual({
      [names.RPC_SYSTEM_NAME]: names.GRPC,
      [names.RPC_METHOD]: names.OTHER_METHOD,
      [names.RPC_METHOD_ORIGINAL]: 'shop.Orders/Lose',
      [names.SERVER_ADDRESS]: 'orders',
      [names.SERVER_PORT]: 50051,
      [names.NETWORK_PEER_ADDRESS]: '10.0.0.7',
      [names.NETWORK_PEER_PORT]: 4711,
    });
  });

  it('leaves out what is not known', () => {
    const attributes = callAttributes('shop.Orders/Find', undefined, null, undefined);
    expect(Object.values(attributes).filter((value) => value !== undefined)).toEqual([
      names.GRPC,
      'shop.Orders/Find',
    ]);
  });
});
