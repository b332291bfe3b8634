import { describe, expect, it } from '@jest/globals';
import { TracingStatistics } from '../../../lib/nest/tracing-statistics.js';
import { createTestTracing, SpanRecorder } from '../../../lib/testing/index.js';
import type { PipelineCounts } from '../../../lib/trace/index.js';

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
      invalidAttributes: 1,
      pipelines: [],
      lost: 0,
    });
    close();
  });

  it('adds up what is lost, which what nobody wanted is not', () => {
    const { provider, close } = createTestTracing();
    const statistics = new TracingStatistics(provider.core, [
      counting({ exported: 5, failed: 2, dropped: { queue_full: 3, not_sampled: 7 }, queued: 4 }),
      new SpanRecorder(),
      counting({ exported: 0, failed: 1, dropped: {}, queued: 1 }),
    ]);
    expect(statistics.counts().lost).toBe(6);
    expect(statistics.counts().pipelines).toHaveLength(2);
    expect(statistics.undeliveredCount).toBe(5);
    close();
  });
});
