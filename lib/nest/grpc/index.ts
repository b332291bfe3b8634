export { GRPC_PROVIDERS } from './grpc-providers.js';
export { GrpcTracingInterceptor } from './grpc-tracing.interceptor.js';
