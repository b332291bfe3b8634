import { grpcServerInterceptor, withInterceptor } from './grpc-server-interceptor.js';

/** The options of Nest's gRPC transport, as far as they are needed here. */
export interface GrpcTransportOptions {
  /** The options of the server. */
  readonly options: {
    /** The options of `@grpc/grpc-js`, which hold its interceptors. @default none */
    readonly channelOptions?: object;
  };
}

/**
 * Options of Nest's gRPC transport with tracing in them, for servers that the module does not reach:
 * where `grpc: { server: false }` or `grpc: { server: { hooks: false, … } }` switched its hooks off for the
 * others. Does no harm where it does reach them: a call is traced once.
 *
 * @returns a copy; the given options stay as they are
 * @example
 * app.connectMicroservice(tracedGrpcOptions({ transport: Transport.GRPC, options: { … } }));
 */
export function tracedGrpcOptions<O extends GrpcTransportOptions>(options: O): O {
  return { ...options, options: withServerInterceptor(options.options, grpcServerInterceptor) };
}

/** A copy of the transport's own options with one more interceptor of `@grpc/grpc-js`. */
export function withServerInterceptor<O extends { readonly channelOptions?: object }>(
  options: O,
  interceptor: typeof grpcServerInterceptor,
): O {
  const { interceptors } = (options.channelOptions ?? {}) as { interceptors?: unknown };
  return {
    ...options,
    channelOptions: {
      ...options.channelOptions,
      interceptors: withInterceptor(interceptors, interceptor),
    },
  };
}
