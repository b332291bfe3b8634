import { createTracing, OtlpSpanExporter } from 'nestjs-traced';
import { QUEUE_SPANS } from '../server/queue.js';

export function start(url) {
  const tracing = createTracing({
    serviceName: 'bench',
    exporter: new OtlpSpanExporter({ url }),
    batch: { maxQueueSize: QUEUE_SPANS },
  });
  return { tracer: tracing.tracer, flush: () => tracing.forceFlush() };
}
