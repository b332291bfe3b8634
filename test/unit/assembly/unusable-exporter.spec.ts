import { describe, expect, it } from '@jest/globals';
import { UnusableSpanExporter } from '../../../lib/assembly/unusable-exporter.js';
import { createTestTracing } from '../../../lib/testing/index.js';

describe('UnusableSpanExporter', () => {
  it('fails each export with the reason, so that its spans are counted as lost', async () => {
    const exporter = new UnusableSpanExporter('the key cannot be read');
    const { tracing, tracer, recorder, warnings, close } = createTestTracing({ exporter });
    tracer.startSpan('undelivered').end();
    await tracing.forceFlush();
    close();
    recorder.takeSpan('undelivered');
    const { lost, pipelines } = tracing.statistics.counts();
    expect(lost).toBe(1);
    expect(pipelines).toMatchObject([
      {
        failed: 1,
        exporter: {
          exporter: 'UnusableSpanExporter',
          isFailing: true,
          lastError: { message: 'No spans are exported: the key cannot be read.' },
        },
      },
    ]);
    expect(warnings).toEqual([expect.stringContaining('the key cannot be read')]);
  });

  it('takes a sentence as it is', () => {
    expect(new UnusableSpanExporter('No key.').reason.message).toBe(
      'No spans are exported: No key.',
    );
  });
});
