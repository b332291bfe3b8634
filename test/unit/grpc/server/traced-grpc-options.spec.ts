import { describe, expect, it } from '@jest/globals';
import { grpcServerInterceptor } from '../../../../lib/grpc/server/grpc-server-interceptor.js';
import { tracedGrpcOptions } from '../../../../lib/grpc/server/traced-grpc-options.js';

describe('tracedGrpcOptions', () => {
  it('adds its interceptor to a copy, first', () => {
    const other = (): void => {};
    const given = {
      transport: 4,
      options: { package: 'shop', channelOptions: { 'grpc.max': 1, interceptors: [other] } },
    };
    expect(tracedGrpcOptions(given)).toEqual({
      transport: 4,
      options: {
        package: 'shop',
        channelOptions: { 'grpc.max': 1, interceptors: [grpcServerInterceptor, other] },
      },
    });
    expect(given.options.channelOptions.interceptors).toEqual([other]);
  });

  it('needs no channel options, and adds itself once', () => {
    const once = tracedGrpcOptions({ options: {} });
    const channelOptions = { interceptors: [grpcServerInterceptor] };
    expect(once).toEqual({ options: { channelOptions } });
    expect(tracedGrpcOptions(once)).toEqual({ options: { channelOptions } });
  });
});
