export {
  assignGrpcClientHandler,
  GrpcClientHandler,
  grpcClientHandlerOf,
} from './grpc-client-handler.js';
export {
  type GrpcClientInterceptor,
  grpcClientInterceptor,
} from './grpc-client-interceptor.js';
export type { GrpcClientOptions, GrpcTargetRule } from './grpc-client-options.js';
export { traceChannel } from './trace-channel.js';
