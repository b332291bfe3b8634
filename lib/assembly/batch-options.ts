import { DEFAULT_QUEUE_SIZE } from '../delivery/index.js';
import type { Diagnostics } from '../diagnostics.js';
import type { EnvironmentBatchSettings } from './environment.js';
import type { BatchOptions } from './tracing-options.js';

/** The names of the settings of one signal, for messages. */
export interface BatchNames {
  /** The option in code: `batch`. */
  readonly option: string;
  /** The first part of the variables: `OTEL_BSP`. */
  readonly variablePrefix: string;
  /** What a queue holds: `spans`. */
  readonly items: string;
}

export const SPAN_BATCHES: BatchNames = {
  option: 'batch',
  variablePrefix: 'OTEL_BSP',
  items: 'spans',
};
export const LOG_BATCHES: BatchNames = {
  option: 'logBatch',
  variablePrefix: 'OTEL_BLRP',
  items: 'log records',
};

/**
 * Merges the batch options from code with the settings from the environment; options from code win. A
 * batch must not be larger than the queue. If an environment variable breaks this rule, the variable is
 * ignored and reported.
 *
 * Spec: `configuration/sdk-environment-variables.md`, "Batch Span Processor", "Batch LogRecord Processor".
 */
export function batchOptionsOf(
  options: BatchOptions = {},
  environment: EnvironmentBatchSettings,
  { option, variablePrefix, items }: BatchNames,
  diagnostics: Diagnostics,
): BatchOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const merged: BatchOptions = { ...environment, ...Object.fromEntries(given) };
  const { maxExportBatchSize, maxQueueSize = DEFAULT_QUEUE_SIZE, ...rest } = merged;
  if (maxExportBatchSize === undefined || maxExportBatchSize <= maxQueueSize) return merged;
  if (options.maxExportBatchSize === undefined) {
    diagnostics.say(
      `${variablePrefix}_MAX_EXPORT_BATCH_SIZE is ${maxExportBatchSize}, but a batch must not be larger than the queue, which holds ${maxQueueSize} ${items}. ` +
        `The variable is ignored. Correct it, or raise ${variablePrefix}_MAX_QUEUE_SIZE.`,
    );
    return { ...rest, maxQueueSize };
  }
  if (options.maxQueueSize !== undefined || environment.maxQueueSize === undefined) return merged;
  diagnostics.say(
    `${variablePrefix}_MAX_QUEUE_SIZE is ${maxQueueSize}, but the option ${option}.maxExportBatchSize is ${maxExportBatchSize}, and a batch must not be larger than the queue. ` +
      'The variable is ignored. Correct it, or unset it.',
  );
  return { ...rest, maxExportBatchSize };
}
