import { describe, expect, it } from '@jest/globals';
import {
  BatchSpanProcessor,
  SimpleSpanProcessor,
  TailSamplingProcessor,
} from '../../../lib/delivery/index.js';
import { pipelineStateOf } from '../../../lib/delivery/pipeline-state.js';
import { HeldExporter } from '../../support/exporter-doubles.js';
import { endedSpans, KeepingProcessor } from '../../support/span-source.js';
import { until } from '../../support/until.js';

describe('pipelineStateOf', () => {
  it('tells what waits and what is under way', async () => {
    const exporter = new HeldExporter();
    const options = { maxQueueSize: 8, maxExportBatchSize: 2 };
    const processor = new BatchSpanProcessor(exporter, options);
    for (const span of endedSpans(3)) processor.onEnd(span);
    await until(
      () => exporter.underWay === 1,
      () => exporter.names,
    );
    expect(pipelineStateOf(processor)).toEqual({
      kind: 'batching_span_processor',
      queueSize: 1,
      queueCapacity: 8,
      inFlight: 2,
      health: expect.objectContaining({ exporter: 'HeldExporter', isFailing: false }),
    });
    expect(pipelineStateOf(new TailSamplingProcessor(processor))).toEqual(processor.state);
    exporter.release();
    const closed = processor.shutdown();
    await until(
      () => exporter.underWay === 1,
      () => exporter.names,
    );
    exporter.release();
    await closed;
    expect(pipelineStateOf(processor)).toMatchObject({ queueSize: 0, inFlight: 0 });
  });

  it('knows a simple processor, and that others say nothing', () => {
    const simple = new SimpleSpanProcessor(new HeldExporter());
    expect(pipelineStateOf(simple)?.kind).toBe('simple_span_processor');
    expect(pipelineStateOf(new KeepingProcessor())).toBeUndefined();
  });
});
