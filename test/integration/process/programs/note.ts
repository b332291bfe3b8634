import { setTimeout } from 'node:timers/promises';
import { createTracing, FileSpanExporter } from 'nestjs-traced';
import { say, told } from './say.js';

const BATCH_COUNT = 10;
const BATCH_SIZE = 20;

const tracing = createTracing({
  registerGlobally: false,
  exporter: new FileSpanExporter({ directory: told('DIRECTORY') }),
  batch: { maxExportBatchSize: BATCH_SIZE },
  logger: { warn: () => {} },
});
for (let batch = 0; batch < BATCH_COUNT; batch++) {
  for (let i = 0; i < BATCH_SIZE; i++) tracing.tracer.startSpan(`batch ${batch}`).end();
  // Not by a flush, which would begin a new file.
  while (tracing.statistics.undeliveredCount > 0) await setTimeout(1);
}
await tracing.shutdown();
say({ counts: tracing.statistics.counts() });
