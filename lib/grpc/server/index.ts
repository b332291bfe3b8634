export { assignGrpcServerHandler, GrpcServerHandler } from './grpc-server-handler.js';
export {
  type GrpcServerInterceptor,
  grpcServerInterceptor,
  interceptorFor,
} from './grpc-server-interceptor.js';
export type { GrpcServerOptions } from './grpc-server-options.js';
export { traceRefusedCalls } from './trace-refused-calls.js';
export {
  type GrpcTransportOptions,
  tracedGrpcOptions,
  withServerInterceptor,
} from './traced-grpc-options.js';
