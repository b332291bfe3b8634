import type { GrpcClientOptions } from './client/index.js';
import type { GrpcServerOptions } from './server/index.js';

/** Options for gRPC servers and clients. */
export interface GrpcTracingOptions {
  /**
   * Whether and how incoming calls are traced. False installs no hooks: only servers and handlers with
   * `tracedGrpcOptions`, `grpcServerInterceptor` or `GrpcTracingInterceptor` have server spans. It is
   * short for `{ hooks: false }`.
   * @default true
   */
  readonly server?: boolean | GrpcServerOptions;
  /**
   * Whether and how the calls of Nest's gRPC clients are traced. False installs no hooks: only clients
   * with `grpcClientInterceptor` have client spans. It is short for `{ hooks: false }`.
   * @default true
   */
  readonly client?: boolean | GrpcClientOptions;
}
