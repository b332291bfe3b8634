import { describe, expect, it } from '@jest/globals';
import * as names from '../../../lib/grpc/attributes.js';
import {
  incomingCallAttributes,
  outgoingCallAttributes,
} from '../../../lib/grpc/call-attributes.js';

const server = { host: 'orders', port: 50051 };

describe('outgoingCallAttributes', () => {
  it('says what a client knows of a call, under the names of the conventions', () => {
    expect(outgoingCallAttributes('shop.Orders/Find', server)).toEqual({
      [names.RPC_SYSTEM_NAME]: names.GRPC,
      [names.RPC_METHOD]: 'shop.Orders/Find',
      [names.SERVER_ADDRESS]: 'orders',
      [names.SERVER_PORT]: 50051,
    });
  });
});

describe('incomingCallAttributes', () => {
  it('says what a server knows of a call, under the names of the conventions', () => {
    const peer = { remoteAddress: '10.0.0.7', remotePort: 4711 };
    const attributes = incomingCallAttributes(
      names.OTHER_METHOD,
      'shop.Orders/Lose',
      server,
      'OrdersController.lose',
      peer,
    );
    expect(attributes).toEqual({
      [names.RPC_SYSTEM_NAME]: names.GRPC,
      [names.RPC_METHOD]: names.OTHER_METHOD,
      [names.RPC_METHOD_ORIGINAL]: 'shop.Orders/Lose',
      [names.SERVER_ADDRESS]: 'orders',
      [names.SERVER_PORT]: 50051,
      [names.CODE_FUNCTION_NAME]: 'OrdersController.lose',
      [names.NETWORK_PEER_ADDRESS]: '10.0.0.7',
      [names.NETWORK_PEER_PORT]: 4711,
    });
  });

  it('leaves out what is not known', () => {
    const attributes = incomingCallAttributes('a.B/C', undefined, null, undefined, undefined);
    const known = Object.values(attributes).filter((value) => value !== undefined);
    expect(known).toEqual([names.GRPC, 'a.B/C']);
  });
});
