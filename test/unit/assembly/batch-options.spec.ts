import { describe, expect, it } from '@jest/globals';
import { batchOptionsOf, logBatches, spanBatches } from '../../../lib/assembly/batch-options.js';
import { BatchSpanProcessor } from '../../../lib/delivery/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { NoopSpanExporter } from '../../../lib/export/index.js';

type Batch = Parameters<typeof batchOptionsOf>[0];

describe('batchOptionsOf', () => {
  const cases: [string, Batch, Batch, Batch, RegExp | undefined][] = [
    ['nothing', undefined, {}, {}, undefined],
    ['the environment', undefined, { maxQueueSize: 10 }, { maxQueueSize: 10 }, undefined],
    ['options first', { maxQueueSize: 20 }, { maxQueueSize: 10 }, { maxQueueSize: 20 }, undefined],
    [
      'the environment where an option is undefined',
      { scheduledDelayMillis: undefined },
      { scheduledDelayMillis: 7 },
      { scheduledDelayMillis: 7 },
      undefined,
    ],
    [
      'the largest batch of the default queue',
      {},
      { maxExportBatchSize: 32_768 },
      { maxExportBatchSize: 32_768 },
      undefined,
    ],
    [
      'no batch of the environment that is larger than the default queue',
      {},
      { maxExportBatchSize: 32_769, scheduledDelayMillis: 7 },
      { maxQueueSize: 32_768, scheduledDelayMillis: 7 },
      /OTEL_BSP_MAX_EXPORT_BATCH_SIZE is 32769.*holds 32768 spans/,
    ],
    [
      'no batch of the environment that is larger than the queue of the options',
      { maxQueueSize: 5 },
      { maxExportBatchSize: 6 },
      { maxQueueSize: 5 },
      /OTEL_BSP_MAX_EXPORT_BATCH_SIZE is 6/,
    ],
    [
      'no queue of the environment that is smaller than the batch of the options',
      { maxExportBatchSize: 20 },
      { maxQueueSize: 10 },
      { maxExportBatchSize: 20 },
      /OTEL_BSP_MAX_QUEUE_SIZE is 10.*batch.maxExportBatchSize is 20/,
    ],
  ];

  it.each(cases)('takes %s', (_, options, environment, expected, warning) => {
    const warnings: string[] = [];
    const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });
    const batch = batchOptionsOf(options, environment ?? {}, spanBatches({}), diagnostics);
    expect(batch).toEqual(expected);
    expect(warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)]);
    expect(() => new BatchSpanProcessor(new NoopSpanExporter(), batch)).not.toThrow();
  });

  it.each<[string, Batch]>([
    ['a batch larger than the queue', { maxExportBatchSize: 20, maxQueueSize: 10 }],
    ['a batch larger than the default queue', { maxExportBatchSize: 3000 }],
  ])('leaves options as they are: %s', (_, options) => {
    const warnings: string[] = [];
    const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });
    expect(batchOptionsOf(options, {}, spanBatches({}), diagnostics)).toEqual(options);
    expect(warnings).toEqual([]);
  });

  it('names the settings of log records', () => {
    const warnings: string[] = [];
    const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });
    batchOptionsOf({}, { maxQueueSize: 5, maxExportBatchSize: 6 }, logBatches({}), diagnostics);
    const given = { maxExportBatchSize: 20 };
    batchOptionsOf(given, { maxQueueSize: 5 }, logBatches({}), diagnostics);
    expect(warnings).toEqual([
      'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE is 6, but a batch must not be larger than the queue, which holds 5 log records. The variable is ignored. Correct it, or raise OTEL_BLRP_MAX_QUEUE_SIZE.',
      'OTEL_BLRP_MAX_QUEUE_SIZE is 5, but the option logBatch.maxExportBatchSize is 20, and a batch must not be larger than the queue. The variable is ignored. Correct it, or remove it.',
    ]);
  });

  it('names the settings of a configuration file', () => {
    const warnings: string[] = [];
    const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });
    const names = spanBatches({ configured: { spans: [] } as never });
    batchOptionsOf({ maxQueueSize: 5 }, { maxExportBatchSize: 6 }, names, diagnostics);
    expect(warnings).toEqual([
      'max_export_batch_size in the configuration file is 6, but a batch must not be larger than the queue, which holds 5 spans. ' +
        'The setting is ignored. Correct it, or raise max_queue_size in the configuration file.',
    ]);
  });
});
