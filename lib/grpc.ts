/**
 * The door `nestjs-traced/grpc`: what an application says about gRPC by hand. Its servers and Nest's
 * clients are traced by `TracingModule` alone.
 */
export {
  type GrpcClientInterceptor,
  type GrpcClientOptions,
  type GrpcTargetRule,
  grpcClientInterceptor,
} from './grpc/client/index.js';
export type {
  GrpcCallInfo,
  GrpcPeer,
  IncomingGrpcCall,
  OutgoingGrpcCall,
} from './grpc/grpc-call-info.js';
export type {
  EndedGrpcCall,
  GrpcCallStatus,
  GrpcErrorCondition,
} from './grpc/grpc-error-rule.js';
export type { GrpcIgnoreRule } from './grpc/grpc-ignore-rules.js';
export type { GrpcMetadata } from './grpc/grpc-metadata.js';
export type { GrpcTracingOptions } from './grpc/grpc-options.js';
export {
  type GrpcServerInterceptor,
  type GrpcServerOptions,
  type GrpcTransportOptions,
  grpcServerInterceptor,
  tracedGrpcOptions,
} from './grpc/server/index.js';
export { GrpcTracingInterceptor } from './nest/grpc/index.js';
