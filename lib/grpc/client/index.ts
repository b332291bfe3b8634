export { GrpcClientHandler } from './grpc-client-handler.js';
export { assignGrpcClientHandler, grpcClientHandlerOf } from './grpc-client-handlers.js';
export {
  type GrpcClientInterceptor,
  grpcClientInterceptor,
} from './grpc-client-interceptor.js';
export type { GrpcClientOptions } from './grpc-client-options.js';
export { traceChannel } from './trace-channel.js';
