import { Span } from 'nestjs-otel';

/**
 * As `opentelemetry`, with nestjs-otel's decorator on the methods of the guard, the interceptor, the pipe and
 * the controller: neither it nor the instrumentation for Nest gives them spans by itself. The span of its
 * interceptor ends when the method returns.
 */
export { flush, imports, tracedMethod } from './opentelemetry.js';

export const tracedHandler = Span();
export const tracedEnhancer = Span;
