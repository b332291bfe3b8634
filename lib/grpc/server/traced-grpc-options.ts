import { grpcServerInterceptor, withInterceptor } from './grpc-server-interceptor.js';

/** The used part of the options of Nest's gRPC transport. */
export interface GrpcTransportOptions {
  /** The options of the server. */
  readonly options: {
    /** The options of `@grpc/grpc-js`, including its interceptors. @default none */
    readonly channelOptions?: object;
  };
}

/**
 * Adds tracing to the options of Nest's gRPC transport, for single servers of an application that
 * switches the hooks off with `grpc: { server: false }` or `grpc: { server: { hooks: false, … } }`. A
 * server that the hooks also reach traces each call once.
 *
 * @returns a copy; the given options do not change
 * @example
 * app.connectMicroservice(tracedGrpcOptions({ transport: Transport.GRPC, options: { … } }));
 */
export function tracedGrpcOptions<O extends GrpcTransportOptions>(options: O): O {
  return { ...options, options: withServerInterceptor(options.options, grpcServerInterceptor) };
}

/** Returns a copy of the transport's options with one more interceptor of `@grpc/grpc-js`. */
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
