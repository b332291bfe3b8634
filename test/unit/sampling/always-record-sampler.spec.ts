import { describe, expect, it } from '@jest/globals';
import { createTraceState, type TraceState } from '@opentelemetry/api';
import { TracingContext } from '../../../lib/context/index.js';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  AlwaysRecordSampler,
  ParentBasedSampler,
  ProbabilitySampler,
  SamplingDecision,
} from '../../../lib/sampling/index.js';
import { describeSampler } from '../../suites/sampler.suite.js';
import { ask, contextWith } from '../../support/ask-sampler.js';

describeSampler({
  name: 'AlwaysRecordSampler',
  create: () =>
    new AlwaysRecordSampler(new ParentBasedSampler({ root: new ProbabilitySampler(0.5) })),
});

const TRACE_ID = 'f'.repeat(32);
const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;

describe('AlwaysRecordSampler', () => {
  it.each([
    [NOT_RECORD, RECORD],
    [RECORD, RECORD],
    [RECORD_AND_SAMPLED, RECORD_AND_SAMPLED],
  ])('makes of the decision %i %i and keeps the rest of the answer', (decision, expected) => {
    const traceState: TraceState = createTraceState('foo=1');
    const answer = { decision, attributes: { a: 1 }, traceState };
    const sampler = new AlwaysRecordSampler({ shouldSample: () => answer, toString: () => 'x' });
    expect(ask(sampler, TracingContext.ROOT, TRACE_ID)).toEqual({ ...answer, decision: expected });
    expect(answer.decision).toBe(decision);
  });

  it('makes nothing new where there is nothing to keep', () => {
    const sampler = new AlwaysRecordSampler(new AlwaysOffSampler());
    const first = ask(sampler, TracingContext.ROOT, TRACE_ID);
    expect(first).toMatchObject({ decision: RECORD });
    expect(ask(sampler, contextWith({ traceId: TRACE_ID }), TRACE_ID)).toBe(first);
  });

  it('wants to be asked below unsampled parents', () => {
    expect(new AlwaysRecordSampler(new AlwaysOffSampler()).followsUnsampledParent).toBe(false);
  });

  it('describes itself', () => {
    expect(String(new AlwaysRecordSampler(new AlwaysOnSampler()))).toBe(
      'AlwaysRecordSampler{AlwaysOnSampler}',
    );
  });

  it.each([undefined, {}, 'always_on'])('refuses %p for a sampler', (root) => {
    expect(() => new AlwaysRecordSampler(root as never)).toThrow(
      'AlwaysRecordSampler.root must have the method shouldSample',
    );
  });
});
