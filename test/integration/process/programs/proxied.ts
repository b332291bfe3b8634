import { createTracing, OtlpSpanExporter } from 'nestjs-traced';
import { say, told } from './say.js';

const exporter = new OtlpSpanExporter({ url: told('COLLECTOR_URL') });
const tracing = createTracing({ serviceName: 'proxied', exporter });
tracing.tracer.startSpan('work').end();
await tracing.shutdown();
say({ lost: tracing.statistics.counts().lost });
