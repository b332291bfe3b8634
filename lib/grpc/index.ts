/**
 * The door `nestjs-traced/grpc`: what an application says about gRPC by hand. Its servers and Nest's
 * clients are traced by `TracingModule` alone.
 */
export {
  type GrpcClientInterceptor,
  type GrpcClientOptions,
  grpcClientInterceptor,
} from './client/index.js';
export type { GrpcCallInfo, GrpcIgnoreRule } from './grpc-ignore-rules.js';
export type { GrpcMetadata } from './grpc-metadata.js';
export type { GrpcOptions } from './grpc-options.js';
export {
  type GrpcServerInterceptor,
  type GrpcServerOptions,
  GrpcTracingInterceptor,
  type GrpcTransportOptions,
  grpcServerInterceptor,
  tracedGrpcOptions,
} from './server/index.js';
