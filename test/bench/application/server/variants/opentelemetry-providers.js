import { Span } from 'nestjs-otel';

/** As `opentelemetry`, with nestjs-otel's decorator on each method that `ours-providers` traces: the controller's too. */
export { flush, imports, tracedMethod } from './opentelemetry.js';

export const tracedHandler = Span();
