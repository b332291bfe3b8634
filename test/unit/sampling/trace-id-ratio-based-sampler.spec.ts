import { describe, expect, it } from '@jest/globals';
import { createTraceState } from '@opentelemetry/api';
import { TraceIdRatioBasedSampler as StockSampler } from '@opentelemetry/sdk-trace-base';
import { TracingContext } from '../../../lib/context/index.js';
import { SamplingDecision, TraceIdRatioBasedSampler } from '../../../lib/sampling/index.js';
import { describeSampler } from '../../suites/sampler.suite.js';
import { ask, contextWith, randomTraceId, seededRandom } from '../../support/ask-sampler.js';

for (const ratio of [0, 0.3, 1]) {
  describeSampler({
    name: `TraceIdRatioBasedSampler(${ratio})`,
    create: () => new TraceIdRatioBasedSampler(ratio),
  });
}

describe('TraceIdRatioBasedSampler', () => {
  it.each([0, 1e-6, 0.1, 0.5, 0.999, 1])('decides as that of OpenTelemetry at %d', (ratio) => {
    const ours = new TraceIdRatioBasedSampler(ratio);
    const theirs = new StockSampler(ratio);
    const random = seededRandom(44);
    for (let i = 0; i < 5_000; i++) {
      const traceId = randomTraceId(random);
      const expected = theirs.shouldSample(TracingContext.ROOT, traceId).decision;
      expect(ask(ours, TracingContext.ROOT, traceId).decision).toBe(expected);
    }
  });

  it.each([
    [0.0001, 'TraceIdRatioBased{0.000100}'],
    [1, 'TraceIdRatioBased{1.000000}'],
    [0, 'TraceIdRatioBased{0.000000}'],
    [0.1234567, 'TraceIdRatioBased{0.1234567}'],
    [1 / 3, 'TraceIdRatioBased{0.3333333333333333}'],
    [1e-9, 'TraceIdRatioBased{0.000000001}'],
  ])('describes the ratio %d without an exponent', (ratio, description) => {
    expect(String(new TraceIdRatioBasedSampler(ratio))).toBe(description);
  });

  it('takes out a threshold, which says nothing of its own probability', () => {
    const traceId = `${'0'.repeat(31)}1`;
    const parent = { traceId, traceFlags: 1, traceState: createTraceState('ot=th:0;x:1') };
    const result = ask(new TraceIdRatioBasedSampler(0.5), contextWith(parent), traceId);
    expect(result.decision).toBe(SamplingDecision.RECORD_AND_SAMPLED);
    expect(result.traceState?.serialize()).toBe('ot=x:1');
  });

  it('drops what has no valid trace id', () => {
    const sampler = new TraceIdRatioBasedSampler(1);
    expect(ask(sampler, TracingContext.ROOT, 'nonsense').decision).toBe(
      SamplingDecision.NOT_RECORD,
    );
  });

  it.each([-1, 2, Number.NaN, '1'])('refuses the ratio %p', (ratio) => {
    expect(() => new TraceIdRatioBasedSampler(ratio as number)).toThrow(
      'TraceIdRatioBasedSampler.ratio must be a number from 0 to 1',
    );
  });
});
