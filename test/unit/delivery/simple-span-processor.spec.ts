import { describe, expect, it } from '@jest/globals';
import {
  SimpleSpanProcessor,
  type SimpleSpanProcessorOptions,
} from '../../../lib/delivery/index.js';
import { TracingConfigError } from '../../../lib/errors.js';
import { InMemorySpanExporter } from '../../../lib/export/index.js';
import { SamplingDecision } from '../../../lib/sampling/sampler.js';
import {
  failure,
  HeldExporter,
  ReadDiagnostics,
  ScriptedExporter,
  SUCCESS,
} from '../../support/exporter-doubles.js';
import { endedSpan, endedSpans, providerFor } from '../../support/span-source.js';

describe('SimpleSpanProcessor', () => {
  it('has exported a span when its end returns', () => {
    const exporter = new InMemorySpanExporter();
    const processor = new SimpleSpanProcessor(exporter);
    const { tracer } = providerFor(processor);
    tracer.startSpan('first').end();
    tracer.startSpan('second').end();
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['first', 'second']);
    expect(processor.counts).toEqual({ exported: 2, failed: 0, dropped: {}, queued: 0 });
  });

  it('lets spans wait while an export is under way, and drops what is too many', () => {
    const exporter = new HeldExporter();
    const diagnostics = new ReadDiagnostics();
    const processor = new SimpleSpanProcessor(exporter, { maxQueueSize: 2, diagnostics });
    for (const span of endedSpans(4)) processor.onEnd(span);
    expect(exporter.names).toEqual([['work 0']]);
    expect(processor.counts).toEqual({
      exported: 0,
      failed: 0,
      dropped: { queue_full: 1 },
      queued: 3,
    });
    for (let i = 0; i < 3; i++) exporter.release();
    expect(exporter.names).toEqual([['work 0'], ['work 1'], ['work 2']]);
    expect(exporter.mostUnderWay).toBe(1);
    expect(processor.counts.exported).toBe(3);
    expect(diagnostics.lines).toHaveLength(2);
  });

  it('leaves out spans that are recorded but not sampled', () => {
    const exporter = new ScriptedExporter();
    const processor = new SimpleSpanProcessor(exporter);
    processor.onEnd(endedSpan('quiet', undefined, undefined, SamplingDecision.RECORD));
    expect(exporter.batches).toEqual([]);
    expect(processor.counts.dropped).toEqual({ not_sampled: 1 });
  });

  it('does not let a failing exporter into the call that ends a span', () => {
    const diagnostics = new ReadDiagnostics();
    const exporter = new ScriptedExporter(() => {
      throw new Error('boom');
    });
    const processor = new SimpleSpanProcessor(exporter, { diagnostics });
    for (const span of endedSpans(3)) processor.onEnd(span);
    expect(processor.counts).toEqual({ exported: 0, failed: 3, dropped: {}, queued: 0 });
    expect(diagnostics.lines).toHaveLength(1);
  });

  it('is not driven into endless calls by an exporter that ends spans itself', () => {
    const span = endedSpan();
    const exporter = new ScriptedExporter((callback, _spans, index) => {
      callback(SUCCESS);
      if (index < 20_000) processor.onEnd(span);
    });
    const processor: SimpleSpanProcessor = new SimpleSpanProcessor(exporter);
    processor.onEnd(span);
    expect(processor.counts).toEqual({ exported: 20_001, failed: 0, dropped: {}, queued: 0 });
  });

  it('flushes, shuts down once, and refuses what comes after', async () => {
    const exporter = new ScriptedExporter((callback) =>
      queueMicrotask(() => callback(failure('no'))),
    );
    const processor = new SimpleSpanProcessor(exporter, { diagnostics: new ReadDiagnostics() });
    for (const span of endedSpans(2)) processor.onEnd(span);
    await processor.forceFlush();
    expect(processor.counts.failed).toBe(2);
    await Promise.all([processor.shutdown(), processor.shutdown()]);
    processor.onEnd(endedSpan());
    expect(exporter.shutdownCount).toBe(1);
    expect(processor.counts.dropped).toEqual({ after_shutdown: 1 });
  });

  it.each([
    { maxQueueSize: 0 },
    { exportTimeoutMillis: Number.NaN },
    { shutdownTimeoutMillis: -1 },
  ] satisfies SimpleSpanProcessorOptions[])('refuses %j', (options) => {
    expect(() => new SimpleSpanProcessor(new ScriptedExporter(), options)).toThrow(
      TracingConfigError,
    );
  });
});
