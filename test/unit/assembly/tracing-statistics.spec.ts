import { describe, expect, it } from '@jest/globals';
import {
  describeUndelivered,
  type TracingCounts,
  TracingStatistics,
} from '../../../lib/assembly/tracing-statistics.js';
import { SimpleSpanProcessor } from '../../../lib/delivery/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { InMemorySpanExporter } from '../../../lib/export/index.js';
import { type Sampler, SamplingDecision } from '../../../lib/sampling/index.js';
import { createTestTracing, SpanRecorder } from '../../../lib/testing/index.js';
import type { PipelineCounts } from '../../../lib/trace/index.js';

const MIXED = { queue_full: 2, tail_evicted: 1, not_sampled: 7, tail_not_kept: 5, tail_late: 9 };

function counting(counts: PipelineCounts): SpanRecorder {
  return Object.assign(new SpanRecorder(), { counts });
}

describe('TracingStatistics', () => {
  it('counts spans from start to end', () => {
    const { tracer, provider, recorder, close } = createTestTracing();
    const statistics = new TracingStatistics(provider.core, [recorder]);
    tracer.startSpan('ended').end();
    const live = tracer.startSpan('live');
    live.setAttribute('wrong', {} as never);
    expect(statistics.counts()).toEqual({
      started: 2,
      ended: 1,
      live: 1,
      notSampled: 0,
      sampler: {
        description: expect.stringContaining('ParentBased'),
        sampled: 2,
        recordedOnly: 0,
        notSampled: 0,
      },
      invalidAttributes: 1,
      pipelines: [],
      lost: 0,
    });
    close();
  });

  it('adds up what is lost, which what nobody wanted is not', () => {
    const { provider, close } = createTestTracing();
    const statistics = new TracingStatistics(provider.core, [
      counting({ exported: 5, failed: 2, dropped: MIXED, queued: 4 }),
      new SpanRecorder(),
      counting({ exported: 0, failed: 1, dropped: {}, queued: 1 }),
    ]);
    expect(statistics.counts().lost).toBe(6);
    expect(statistics.counts().pipelines).toHaveLength(2);
    expect(statistics.undeliveredCount).toBe(5);
    close();
  });

  it('counts what the sampler decides, and says which one it is', () => {
    const decisions: Record<string, SamplingDecision> = {
      yes: SamplingDecision.RECORD_AND_SAMPLED,
      'to look at': SamplingDecision.RECORD,
      no: SamplingDecision.NOT_RECORD,
    };
    const sampler: Sampler = {
      shouldSample: (_context, _id, name) => ({ decision: decisions[name] as SamplingDecision }),
      toString: () => 'ByName{3}',
    };
    const { tracer, provider, recorder, close } = createTestTracing({ sampler });
    const names = ['yes', 'yes', 'yes', 'to look at', 'to look at', 'no', 'wrong'];
    for (const name of names) tracer.startSpan(name, { root: true }).end();
    const counts = new TracingStatistics(provider.core, []).counts();
    expect(counts.sampler).toEqual({
      description: 'ByName{3}',
      sampled: 3,
      recordedOnly: 2,
      notSampled: 2,
    });
    expect(counts.started).toBe(5);
    recorder.takeSpans();
    close();
  });

  it('survives a sampler that cannot say what it is', () => {
    const sampler = { shouldSample: () => ({ decision: 0 }), toString: () => undefined as never };
    const { provider, close } = createTestTracing({ sampler: sampler as Sampler });
    sampler.toString = () => {
      throw new Error('out of words');
    };
    const { description } = new TracingStatistics(provider.core, []).counts().sampler;
    expect(description).toBe('a sampler that cannot be described');
    close();
  });

  it('says whether the exporter of a pipeline delivers', async () => {
    const exporter = new InMemorySpanExporter();
    const diagnostics = new Diagnostics({ warn: () => {} });
    const processor = new SimpleSpanProcessor(exporter, { diagnostics });
    const { tracer, provider, recorder, close } = createTestTracing({
      spanProcessors: [processor],
    });
    const statistics = new TracingStatistics(provider.core, [recorder, processor]);
    await exporter.shutdown();
    tracer.startSpan('refused').end();
    expect(statistics.counts().pipelines).toEqual([
      {
        ...{ exported: 0, failed: 1, dropped: {}, queued: 0 },
        exporter: {
          exporter: 'InMemorySpanExporter',
          isFailing: true,
          failingSince: expect.any(Number),
          lastDelivered: undefined,
          lastError: { message: 'The exporter is shut down', time: expect.any(Number) },
        },
      },
    ]);
    recorder.takeSpans();
    close();
  });

  it('counts the log records, and adds those that are lost', async () => {
    const { tracing, tracer, recorder } = createTestTracing();
    tracing.logSink?.emit({ severityNumber: 9, body: 'a' });
    expect(tracing.statistics.counts()).toMatchObject({
      logs: {
        emitted: 1,
        exported: 1,
        failed: 0,
        dropped: {},
        queued: 0,
        exporter: { exporter: 'InMemoryLogExporter', isFailing: false },
      },
      lost: 0,
    });
    await tracing.shutdown();
    tracing.logSink?.emit({ severityNumber: 9, body: 'late' });
    expect(tracing.statistics.counts()).toMatchObject({
      logs: { emitted: 2, dropped: { after_shutdown: 1 } },
      lost: 1,
    });
    expect(tracer).toBe(tracing.tracer);
    recorder.takeSpans();
  });

  it.each([
    [0, undefined, undefined, '0 spans'],
    [1, undefined, 0, '1 span'],
    [2, 0, undefined, '2 spans'],
    [2, 1, undefined, '2 spans and 1 log record'],
    [0, 3, undefined, '3 log records'],
    [0, 0, 1, '1 data point of metrics'],
    [2, 1, 4, '2 spans, 1 log record and 4 data points of metrics'],
  ])('says what is undelivered: %i, %p and %p', (spanCount, logCount, pointCount, words) => {
    const queued = (count: number) => ({ exported: 0, failed: 0, dropped: {}, queued: count });
    const logs = logCount === undefined ? {} : { logs: { emitted: 9, ...queued(logCount) } };
    const counts = { pipelines: [queued(spanCount)], ...logs } as unknown as TracingCounts;
    expect(describeUndelivered(counts, pointCount)).toBe(words);
  });
});
