import { describe, expect, it } from '@jest/globals';
import { hookGrpcServer } from '../../../../lib/nest/grpc/hook-grpc-server.js';

describe('hookGrpcServer', () => {
  it('adds an interceptor to a copy of the options', async () => {
    const made = {};
    const options = { package: 'shop' };
    const server = { transportId: 4, options, createClient: async () => made };
    hookGrpcServer(server, () => undefined);
    expect(server.options).toEqual({
      package: 'shop',
      channelOptions: { interceptors: [expect.any(Function)] },
    });
    expect(options).toEqual({ package: 'shop' });
    expect(await server.createClient()).toBe(made);
  });

  it('passes on that the server could not be bound', async () => {
    const error = new Error('in use');
    const server = { transportId: 4, options: {}, createClient: () => Promise.reject(error) };
    hookGrpcServer(server, () => undefined);
    await expect(server.createClient()).rejects.toBe(error);
  });

  it.each([
    { transportId: 0, options: {}, createClient: () => {} },
    { transportId: 4, options: undefined, createClient: () => {} },
    { transportId: 4, options: {} },
    undefined,
  ])('leaves other servers alone: %p', (server) => {
    const before = { ...server };
    hookGrpcServer(server, () => undefined);
    expect({ ...server }).toEqual(before);
  });
});
