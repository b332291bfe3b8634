import { describe, expect, it } from '@jest/globals';
import { createTraceState } from '@opentelemetry/api';
import { TracingContext } from '../../../lib/context/index.js';
import { AlwaysOnSampler, SamplingDecision } from '../../../lib/sampling/index.js';
import { describeSampler } from '../../suites/sampler.suite.js';
import { ask, contextWith } from '../../support/ask-sampler.js';

describeSampler({ name: 'AlwaysOnSampler', create: () => new AlwaysOnSampler() });

const HIGH = 'f'.repeat(32);
const LOW = `1${'0'.repeat(31)}`;

describe('AlwaysOnSampler', () => {
  const sampler = new AlwaysOnSampler();

  it('samples everything', () => {
    expect(ask(sampler, TracingContext.ROOT, LOW).decision).toBe(
      SamplingDecision.RECORD_AND_SAMPLED,
    );
    expect(sampler.toString()).toBe('AlwaysOnSampler');
    expect(sampler.followsUnsampledParent).toBe(true);
  });

  it('makes nothing new for a root', () => {
    expect(ask(sampler, TracingContext.ROOT, LOW)).toBe(ask(sampler, TracingContext.ROOT, HIGH));
    expect(ask(sampler, TracingContext.ROOT, LOW).traceState).toBeUndefined();
  });

  it.each([
    ['agrees', HIGH, 1, undefined],
    ['contradicts the id', LOW, 1, 'foo=1'],
    ['comes from an unsampled parent', LOW, 0, 'foo=1'],
  ])('treats a threshold that %s', (_what, traceId, traceFlags, expected) => {
    const traceState = createTraceState('ot=th:8,foo=1');
    const parent = { traceId, traceFlags, traceState, isRemote: true };
    expect(ask(sampler, contextWith(parent), traceId).traceState?.serialize()).toBe(expected);
  });
});
