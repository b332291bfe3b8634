import { describe, expect, it } from '@jest/globals';
import { createTraceState } from '@opentelemetry/api';
import { ProbabilitySampler, SamplingDecision } from '../../../../lib/sampling/index.js';
import type { JaegerStrategy } from '../../../../lib/sampling/remote/jaeger-strategy.js';
import { OperationPermitsTable } from '../../../../lib/sampling/remote/operation-permits.js';
import { createDecider } from '../../../../lib/sampling/remote/strategy-decider.js';
import { TracePermits } from '../../../../lib/sampling/trace-permits.js';
import { ask, contextWith, randomTraceId, seededRandom } from '../../../support/ask-sampler.js';

const { RECORD_AND_SAMPLED } = SamplingDecision;
const KEPT = 'f'.repeat(32);
const DROPPED = '0'.repeat(31).concat('1');

function create(strategy: JaegerStrategy, now = () => 0, maxOperations = 10) {
  const permits = new OperationPermitsTable(maxOperations, now);
  return createDecider(strategy, permits, (rate) => new TracePermits(rate, now), maxOperations);
}

const operations = (given: object): JaegerStrategy => ({
  type: 'operations',
  defaultSamplingRate: 0.5,
  lowerBoundTracesPerSecond: 0,
  upperBoundTracesPerSecond: undefined,
  samplingRates: new Map(),
  ...given,
});

describe('createDecider', () => {
  it('decides by the same threshold as ProbabilitySampler', () => {
    const decider = create({ type: 'probabilistic', samplingRate: 0.3 });
    const sampler = new ProbabilitySampler(0.3);
    const random = seededRandom(7);
    const inherited = createTraceState('ot=th:8;x:1,foo=1');
    for (let i = 0; i < 1000; i++) {
      const traceId = randomTraceId(random);
      for (const traceState of [undefined, inherited]) {
        const context = contextWith({ traceId, isRemote: true, traceState });
        const expected = ask(sampler, context, traceId);
        const decided = decider.decide('a', traceId, traceState);
        expect(decided.decision).toBe(expected.decision);
        expect(decided.traceState?.serialize()).toBe(expected.traceState?.serialize());
      }
    }
  });

  it('tells how a trace was selected, for adaptive sampling in Jaeger', () => {
    const attributesOf = (strategy: JaegerStrategy, traceId = KEPT) =>
      create(strategy).decide('a', traceId, undefined).attributes;
    expect(attributesOf({ type: 'probabilistic', samplingRate: 0.5 })).toEqual({
      'jaeger.sampler.type': 'probabilistic',
      'jaeger.sampler.param': 0.5,
    });
    expect(attributesOf({ type: 'ratelimiting', maxTracesPerSecond: 2 })).toEqual({
      'jaeger.sampler.type': 'ratelimiting',
      'jaeger.sampler.param': 2,
    });
    expect(attributesOf(operations({ lowerBoundTracesPerSecond: 3 }), DROPPED)).toEqual({
      'jaeger.sampler.type': 'lowerbound',
      'jaeger.sampler.param': 3,
    });
    expect(attributesOf({ type: 'probabilistic', samplingRate: 0 })).toBeUndefined();
  });

  it('limits the traces of a service', () => {
    let now = 0;
    const decider = create({ type: 'ratelimiting', maxTracesPerSecond: 2 }, () => now);
    const kept = () =>
      [1, 2, 3, 4].filter(() => decider.decide('a', KEPT, undefined).decision > 1).length;
    expect(kept()).toBe(2);
    now = 1000;
    expect(kept()).toBe(2);
    const inherited = createTraceState('ot=th:8,foo=1');
    now = 2000;
    expect(decider.decide('a', KEPT, inherited).traceState?.serialize()).toBe('foo=1');
  });

  it('has a probability for each operation', () => {
    const decider = create(
      operations({
        samplingRates: new Map([
          ['all', 1],
          ['none', 0],
        ]),
      }),
    );
    const decisions = ['all', 'none', 'other'].map((operation) =>
      [KEPT, DROPPED].map((id) => decider.decide(operation, id, undefined).decision > 1),
    );
    expect(decisions).toEqual([
      [true, true],
      [false, false],
      [true, false],
    ]);
    expect(String(decider)).toBe('probabilistic 0.5, and of 2 operations');
  });

  it('keeps a lower bound of each operation, which probable traces use up', () => {
    const decider = create(operations({ lowerBoundTracesPerSecond: 2 }));
    const decide = (operation: string, id: string) => decider.decide(operation, id, undefined);
    expect(decide('a', KEPT)).toMatchObject({ decision: RECORD_AND_SAMPLED });
    const second = decide('a', DROPPED);
    expect(second.decision).toBe(RECORD_AND_SAMPLED);
    // Its probability is not known.
    expect(second.traceState).toBeUndefined();
    expect(decide('a', DROPPED).decision).not.toBe(RECORD_AND_SAMPLED);
    expect(decide('a', KEPT).traceState?.serialize()).toBe('ot=th:8');
    expect(decide('b', DROPPED).decision).toBe(RECORD_AND_SAMPLED);
  });

  it('keeps an upper bound of each operation, and tells no probability then', () => {
    const decider = create(operations({ defaultSamplingRate: 1, upperBoundTracesPerSecond: 2 }));
    const results = [1, 2, 3].map(() => decider.decide('a', KEPT, undefined));
    expect(results.map(({ decision }) => decision > 1)).toEqual([true, true, false]);
    expect(results[0]?.traceState).toBeUndefined();
    expect(decider.decide('b', KEPT, undefined).decision).toBe(RECORD_AND_SAMPLED);
  });

  it('lets operations beyond a number share a rule, unless they are listed', () => {
    const strategy = operations({
      defaultSamplingRate: 0,
      lowerBoundTracesPerSecond: 1,
      samplingRates: new Map([['z', 1]]),
    });
    const decider = create(strategy, () => 0, 2);
    const kept = ['a', 'b', 'c', 'd', 'e', 'z'].map(
      (operation) => decider.decide(operation, KEPT, undefined).decision > 1,
    );
    expect(kept).toEqual([true, true, true, false, false, true]);
  });
});
