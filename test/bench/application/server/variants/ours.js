import { OtlpSpanExporter, Traced, Tracing, TracingModule } from 'nestjs-traced';
import { QUEUE_SPANS } from '../queue.js';

/** nestjs-traced with nothing but an exporter: every request is sampled and exported. */
export const settings = {
  serviceName: 'orders',
  exporter: new OtlpSpanExporter({ url: process.env.OTLP_URL }),
  batch: { maxQueueSize: QUEUE_SPANS },
};

export const imports = [TracingModule.forRoot(settings)];
export const tracedMethod = Traced();

export async function flush(app) {
  await app.get(Tracing).forceFlush();
}
