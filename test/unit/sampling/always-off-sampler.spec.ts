import { describe, expect, it } from '@jest/globals';
import { createTraceState } from '@opentelemetry/api';
import { TracingContext } from '../../../lib/context/index.js';
import { AlwaysOffSampler, SamplingDecision } from '../../../lib/sampling/index.js';
import { describeSampler } from '../../suites/sampler.suite.js';
import { ask, contextWith } from '../../support/ask-sampler.js';

describeSampler({ name: 'AlwaysOffSampler', create: () => new AlwaysOffSampler(), staysOff: true });

const HIGH = 'f'.repeat(32);
const LOW = `1${'0'.repeat(31)}`;

describe('AlwaysOffSampler', () => {
  const sampler = new AlwaysOffSampler();

  it('samples nothing', () => {
    expect(ask(sampler, TracingContext.ROOT, HIGH).decision).toBe(SamplingDecision.NOT_RECORD);
    expect(sampler.toString()).toBe('AlwaysOffSampler');
    expect(sampler.followsUnsampledParent).toBe(true);
  });

  it('makes nothing new for a root', () => {
    expect(ask(sampler, TracingContext.ROOT, LOW)).toBe(ask(sampler, TracingContext.ROOT, HIGH));
  });

  it.each([
    ['agrees', LOW, 0, true, undefined],
    ['contradicts', HIGH, 0, true, ''],
    ['belongs to a sampled parent of this process', HIGH, 1, false, ''],
  ])('treats a threshold that %s', (_what, traceId, traceFlags, isRemote, expected) => {
    const parent = { traceId, traceFlags, isRemote, traceState: createTraceState('ot=th:8') };
    expect(ask(sampler, contextWith(parent), traceId).traceState?.serialize()).toBe(expected);
  });
});
