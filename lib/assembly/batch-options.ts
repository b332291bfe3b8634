import { DEFAULT_QUEUE_SIZE } from '../delivery/index.js';
import type { Diagnostics } from '../diagnostics.js';
import type { EnvironmentBatchSettings, EnvironmentSettings } from './environment.js';
import type { BatchOptions } from './tracing-options.js';

/** What decides whether the names are those of variables or of the configuration file. */
type ConfiguredSettings = Pick<EnvironmentSettings, 'configured'>;

/** The names of the settings of one signal, for messages. */
export interface BatchNames {
  /** The option in code: `batch`. */
  readonly option: string;
  /** What sets the length of the queue: `OTEL_BSP_MAX_QUEUE_SIZE`. */
  readonly maxQueueSize: string;
  /** What sets the length of a batch. */
  readonly maxExportBatchSize: string;
  /** What the two are: `variable`. */
  readonly noun: string;
  /** What a queue holds: `spans`. */
  readonly items: string;
}

/** The names for spans. */
export function spanBatches(environment: ConfiguredSettings): BatchNames {
  return { option: 'batch', items: 'spans', ...namesOf(environment, 'OTEL_BSP') };
}

/** The names for log records. */
export function logBatches(environment: ConfiguredSettings): BatchNames {
  return { option: 'logBatch', items: 'log records', ...namesOf(environment, 'OTEL_BLRP') };
}

function namesOf(
  { configured }: ConfiguredSettings,
  prefix: string,
): Pick<BatchNames, 'maxQueueSize' | 'maxExportBatchSize' | 'noun'> {
  if (configured === undefined) {
    return {
      maxQueueSize: `${prefix}_MAX_QUEUE_SIZE`,
      maxExportBatchSize: `${prefix}_MAX_EXPORT_BATCH_SIZE`,
      noun: 'variable',
    };
  }
  return {
    maxQueueSize: 'max_queue_size in the configuration file',
    maxExportBatchSize: 'max_export_batch_size in the configuration file',
    noun: 'setting',
  };
}

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
  names: BatchNames,
  diagnostics: Diagnostics,
): BatchOptions {
  const { option, items, noun } = names;
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const merged: BatchOptions = { ...environment, ...Object.fromEntries(given) };
  const { maxExportBatchSize, maxQueueSize = DEFAULT_QUEUE_SIZE, ...rest } = merged;
  if (maxExportBatchSize === undefined || maxExportBatchSize <= maxQueueSize) return merged;
  if (options.maxExportBatchSize === undefined) {
    diagnostics.say(
      `${names.maxExportBatchSize} is ${maxExportBatchSize}, but a batch must not be larger than the queue, which holds ${maxQueueSize} ${items}. ` +
        `The ${noun} is ignored. Correct it, or raise ${names.maxQueueSize}.`,
    );
    return { ...rest, maxQueueSize };
  }
  if (options.maxQueueSize !== undefined || environment.maxQueueSize === undefined) return merged;
  diagnostics.say(
    `${names.maxQueueSize} is ${maxQueueSize}, but the option ${option}.maxExportBatchSize is ${maxExportBatchSize}, and a batch must not be larger than the queue. ` +
      `The ${noun} is ignored. Correct it, or remove it.`,
  );
  return { ...rest, maxExportBatchSize };
}
