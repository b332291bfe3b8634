import type { GrpcClientOptions } from './client/index.js';
import type { GrpcServerOptions } from './server/index.js';

/** What is traced of gRPC, and what its spans show. */
export interface GrpcTracingOptions {
  /**
   * Whether and how the calls to the application are traced. False hooks nothing; then only what has
   * `tracedGrpcOptions`, `grpcServerInterceptor` or `GrpcTracingInterceptor` has server spans. It stands
   * for `{ hooks: false }`.
   * @default true
   */
  readonly server?: boolean | GrpcServerOptions;
  /**
   * Whether and how the calls of Nest's gRPC clients are traced. False hooks nothing; then only what
   * has `grpcClientInterceptor` has client spans. It stands for `{ hooks: false }`.
   * @default true
   */
  readonly client?: boolean | GrpcClientOptions;
}
