import { createTracing } from 'nestjs-traced/core';
import { say } from './say.js';

// A program without options: the file of OTEL_CONFIG_FILE has all of them.
try {
  const tracing = createTracing();
  await tracing.tracer.trace('configured work', async () => {});
  await tracing.shutdown();
  say({ counts: tracing.statistics.counts() });
} catch (error) {
  const { code, message } = error as { readonly code: string; readonly message: string };
  say({ code, message });
}
