import { describe, expect, it } from '@jest/globals';
import { hookGrpcClient } from '../../../../lib/nest/grpc/hook-grpc-client.js';

function channelClient() {
  const channel = { createCall: () => ({ start: () => {} }) };
  const originalCreateCall = channel.createCall;
  return {
    getChannel: () => channel,
    isTraced: () => channel.createCall !== originalCreateCall,
  };
}

class ClientOfNest {
  readonly clients = new Map<string, ReturnType<typeof channelClient>>();

  createClientByServiceName(_name: string) {
    return channelClient();
  }

  getService(): void {}
}

describe('hookGrpcClient', () => {
  it('traces clients that are there and those to come, until it is undone', () => {
    const client = new ClientOfNest();
    const early = channelClient();
    client.clients.set('Early', early);
    const leave = hookGrpcClient(client, () => undefined);
    expect(early.isTraced()).toBe(true);
    expect(client.createClientByServiceName('Late').isTraced()).toBe(true);
    leave?.();
    expect(client.createClientByServiceName('Later').isTraced()).toBe(false);
  });

  it('hooks a client once', () => {
    const client = new ClientOfNest();
    expect(hookGrpcClient(client, () => undefined)).toBeInstanceOf(Function);
    expect(hookGrpcClient(client, () => undefined)).toBeUndefined();
  });

  const refusing = new Proxy(
    {},
    {
      get: () => {
        throw new Error('no');
      },
    },
  );

  it.each([[undefined], [7], [{}], [{ clients: new Map(), getService() {} }], [refusing]])(
    'leaves other objects alone (%#)',
    (candidate) => {
      expect(hookGrpcClient(candidate, () => undefined)).toBeUndefined();
    },
  );
});
