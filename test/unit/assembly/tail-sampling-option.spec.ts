import { describe, expect, it } from '@jest/globals';
import { createTracing } from '../../../lib/assembly/create-tracing.js';
import { InMemorySpanExporter } from '../../../lib/export/index.js';

describe('the option tailSampling', () => {
  it('stands in front of the exporter, and what it lets go is not lost', async () => {
    const exporter = new InMemorySpanExporter();
    const tailSampling = { ratio: 0, slowerThanMillis: Number.POSITIVE_INFINITY };
    const tracing = createTracing({ registerGlobally: false, exporter, tailSampling });
    tracing.tracer.trace('good', () => undefined);
    tracing.tracer.trace('bad', (span) => void span.recordError(new Error('out of stock')));
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['bad']);
    const { pipelines, lost } = tracing.statistics.counts();
    expect(pipelines).toMatchObject([{ exported: 1, dropped: { tail_not_kept: 1 }, queued: 0 }]);
    expect(pipelines[0]?.exporter?.exporter).toBe('InMemorySpanExporter');
    expect(lost).toBe(0);
    await tracing.shutdown();
  });

  it('is checked when the application is set up', () => {
    const options = { exporter: new InMemorySpanExporter(), tailSampling: { ratio: 2 } };
    expect(() => createTracing({ registerGlobally: false, ...options })).toThrow(
      'TailSamplingProcessor.ratio must be a number from 0 to 1',
    );
  });
});
