import { createTracing, FileSpanExporter } from 'nestjs-traced';
import { say, told } from './say.js';

const BATCH_COUNT = 10;
const BATCH_SIZE = 20;

const tracing = createTracing({
  registerGlobally: false,
  exporter: new FileSpanExporter({ directory: told('DIRECTORY') }),
  logger: { warn: () => {} },
});
for (let batch = 0; batch < BATCH_COUNT; batch++) {
  for (let i = 0; i < BATCH_SIZE; i++) tracing.tracer.startSpan(`batch ${batch}`).end();
  await tracing.forceFlush();
}
await tracing.shutdown();
say({ counts: tracing.statistics.counts() });
