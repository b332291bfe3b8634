export { HTTP_PROVIDERS } from './http-providers.js';
export { HttpTracingInterceptor } from './http-tracing.interceptor.js';
