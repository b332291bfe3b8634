import { createTracing, OtlpSpanExporter } from 'nestjs-traced';

/** All options but the URL are those by default. */
export function start(url) {
  const tracing = createTracing({
    serviceName: 'bench',
    exporter: new OtlpSpanExporter({ url }),
  });
  return { tracer: tracing.tracer, flush: () => tracing.forceFlush() };
}
