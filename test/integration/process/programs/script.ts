import { createTracing, OtlpMetricExporter, OtlpSpanExporter } from 'nestjs-traced/core';
import { say, told } from './say.js';

// A script that forgets to shut its tracing down, and ends as it is told.
const tracing = createTracing({
  serviceName: 'script',
  exporter: new OtlpSpanExporter({ url: told('COLLECTOR_URL') }),
  metricExporter: new OtlpMetricExporter({ url: told('METRICS_URL') }),
});
for (let count = 0; count < 3; count++) tracing.tracer.trace('work', () => count);
tracing.metrics.counter('work.done').add(3);
tracing.metrics.histogram('work.duration').record(1);
say({ worked: true });
if (told('ENDS_BY') === 'exit') process.exit(0);
if (told('ENDS_BY') === 'exception') throw new Error('not caught');
