import type { Diagnostics } from '../diagnostics.js';
import type { EnvironmentBatchSettings } from './environment.js';
import type { BatchOptions } from './tracing-options.js';

/** Queue size of `BatchSpanProcessor` if no option and no variable sets one, in spans. */
const DEFAULT_QUEUE_SIZE = 2048;

/**
 * Merges the batch options from code with the settings from the environment; options from code win. A
 * batch must not be larger than the queue. If an environment variable breaks this rule, the variable is
 * ignored and reported.
 *
 * Spec: `configuration/sdk-environment-variables.md`, "Batch Span Processor".
 */
export function batchOptionsOf(
  options: BatchOptions = {},
  environment: EnvironmentBatchSettings,
  diagnostics: Diagnostics,
): BatchOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const merged: BatchOptions = { ...environment, ...Object.fromEntries(given) };
  const { maxExportBatchSize, maxQueueSize = DEFAULT_QUEUE_SIZE, ...rest } = merged;
  if (maxExportBatchSize === undefined || maxExportBatchSize <= maxQueueSize) return merged;
  if (options.maxExportBatchSize === undefined) {
    diagnostics.say(
      `OTEL_BSP_MAX_EXPORT_BATCH_SIZE is ${maxExportBatchSize}, but a batch must not be larger than the queue, which holds ${maxQueueSize} spans. ` +
        'The variable is ignored. Correct it, or raise OTEL_BSP_MAX_QUEUE_SIZE.',
    );
    return { ...rest, maxQueueSize };
  }
  if (options.maxQueueSize !== undefined || environment.maxQueueSize === undefined) return merged;
  diagnostics.say(
    `OTEL_BSP_MAX_QUEUE_SIZE is ${maxQueueSize}, but the option batch.maxExportBatchSize is ${maxExportBatchSize}, and a batch must not be larger than the queue. ` +
      'The variable is ignored. Correct it, or unset it.',
  );
  return { ...rest, maxExportBatchSize };
}
