import { describe, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import { isUntraced, stageTracer } from '../../../lib/lifecycle/stage-tracer.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const ROOT = TracingContext.ROOT;

describe('stageTracer', () => {
  it('returns the tracer of the application of the active span', () => {
    const [first, second] = [createTracing().tracer, createTracing().tracer];
    const inside = ROOT.withSpan(first.startSpan('request'));
    expect(stageTracer(inside, [first, second])).toBe(first);
    expect(stageTracer(inside, [second, first])).toBe(first);
    expect(stageTracer(inside, [second])).toBeUndefined();
    expect(stageTracer(inside, [])).toBeUndefined();
  });

  it('takes a span of another library for one of the running application', () => {
    const { tracer } = createTracing();
    const foreign = trace.wrapSpanContext({
      traceId: '1'.repeat(32),
      spanId: '2'.repeat(16),
      traceFlags: 1,
    });
    expect(stageTracer(ROOT.withSpan(foreign), [tracer])).toBe(tracer);
  });

  it('returns nothing without a span, in a suppressed context and in an unsampled trace', () => {
    const { tracer } = createTracing();
    const off = createTracing({ sampler: new AlwaysOffSampler() }).tracer;
    const cases = [
      ROOT,
      ROOT.withSpan(tracer.startSpan('request')).withSuppressed(true),
      ROOT.withSpan(off.startSpan('request')),
    ];
    for (const context of cases) {
      expect(stageTracer(context, [tracer, off])).toBeUndefined();
      expect(contextStorage.run(context, isUntraced)).toBe(true);
    }
    const sampled = ROOT.withSpan(tracer.startSpan('request'));
    expect(contextStorage.run(sampled, isUntraced)).toBe(false);
  });
});
