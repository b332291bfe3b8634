import { createTracing, OtlpSpanExporter } from 'nestjs-traced';
import { say, told } from './say.js';

// As root, a process may connect to every socket file.
if (process.env.DROP_ROOT === '1' && process.getuid?.() === 0) process.setuid?.(65534);

/** Without options the environment decides about the exporter. */
const { EXPORTER_OPTIONS } = process.env;
const options = EXPORTER_OPTIONS === undefined ? undefined : JSON.parse(told('EXPORTER_OPTIONS'));
const tracing = createTracing({
  serviceName: 'proxied',
  exporter: options && new OtlpSpanExporter(options),
});
tracing.tracer.startSpan('work').end();
await tracing.shutdown();
const { lost, pipelines } = tracing.statistics.counts();
say({ lost, reason: pipelines[0]?.exporter?.lastError?.message ?? '' });
