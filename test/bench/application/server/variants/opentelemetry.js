import { trace } from '@opentelemetry/api';
import { Span } from 'nestjs-otel';

/**
 * OpenTelemetry's SDK with its instrumentations, loaded by `opentelemetry-preload.js`, and
 * nestjs-otel's decorator on the service's method.
 */
export const imports = [];
export const tracedMethod = Span();

export async function flush() {
  await trace.getTracerProvider().getDelegate().forceFlush();
}
