import { createTracing, OtlpSpanExporter } from 'nestjs-traced';
import { say, told } from './say.js';

// Ends spans and never shuts the tracing down.
const tracing = createTracing({
  exporter: new OtlpSpanExporter({ url: told('COLLECTOR_URL') }),
  batch: { scheduledDelayMillis: 2_000_000 },
});
process.once('exit', () => say({ counts: tracing.statistics.counts() }));
for (let i = 0; i < 3; i++) tracing.tracer.startSpan('work').end();
tracing.tracer.startSpan('open');
