import { describe, expect, it } from '@jest/globals';
import { createTraceState } from '@opentelemetry/api';
import { ProbabilitySampler } from '../../../../lib/sampling/index.js';
import { XRayRuleState } from '../../../../lib/sampling/x-ray/rule-state.js';
import type { XRayTarget } from '../../../../lib/sampling/x-ray/sampling-target.js';
import { ask, contextWith, randomTraceId, seededRandom } from '../../../support/ask-sampler.js';

const KEPT = 'f'.repeat(32);
const DROPPED = `${'0'.repeat(31)}1`;
const EPOCH = 1.8e12;

function create(rule: object = {}) {
  const clock = { now: 0 };
  const state = new XRayRuleState(
    { name: 'a', priority: 1, fixedRate: 0.5, reservoirSize: 5, fits: () => true, ...rule },
    { monotonicMillis: () => clock.now, epochMillis: () => EPOCH + clock.now },
  );
  const decide = (id = DROPPED) => state.decide(id, undefined).decision > 1;
  return { clock, state, decide };
}

const target = (given: Partial<XRayTarget>): XRayTarget => ({
  ruleName: 'a',
  fixedRate: undefined,
  quota: undefined,
  quotaEndEpochMillis: undefined,
  intervalMillis: undefined,
  ...given,
});

describe('XRayRuleState', () => {
  it('borrows one trace per second until it has a quota', () => {
    const { clock, state, decide } = create();
    expect([decide(), decide(), decide(KEPT)]).toEqual([true, false, true]);
    clock.now = 1000;
    expect([decide(), decide()]).toEqual([true, false]);
    expect(state.takeCounts()).toEqual({ requests: 5, sampled: 3, borrowed: 2 });
  });

  it('does not borrow from an empty reservoir', () => {
    const { state, decide } = create({ reservoirSize: 0 });
    expect([decide(), decide(KEPT)]).toEqual([false, true]);
    expect(state.takeCounts()).toEqual({ requests: 2, sampled: 1, borrowed: 0 });
  });

  it('uses its quota until that ends, and borrows afterwards', () => {
    const { clock, state, decide } = create();
    state.assign(target({ quota: 3, quotaEndEpochMillis: EPOCH + 1500 }));
    const keptOfFive = () => [1, 2, 3, 4, 5].filter(() => decide()).length;
    expect(keptOfFive()).toBe(3);
    clock.now = 1000;
    // A renewal of the same quota gives no second permits.
    state.assign(target({ quota: 3, quotaEndEpochMillis: EPOCH + 1800 }));
    expect(keptOfFive()).toBe(3);
    state.assign(target({ quota: 3, quotaEndEpochMillis: EPOCH + 1900 }));
    expect(keptOfFive()).toBe(0);
    clock.now = 1900;
    expect(keptOfFive()).toBe(1);
    expect(state.takeCounts()).toEqual({ requests: 20, sampled: 7, borrowed: 1 });
  });

  it('selects by the threshold of ProbabilitySampler, and tells it', () => {
    const { state } = create({ reservoirSize: 0, fixedRate: 0.3 });
    const sampler = new ProbabilitySampler(0.3);
    const random = seededRandom(9);
    const traceState = createTraceState('ot=th:8;x:1,foo=1');
    for (let i = 0; i < 1000; i++) {
      const traceId = randomTraceId(random);
      const expected = ask(sampler, contextWith({ traceId, isRemote: true, traceState }), traceId);
      const decided = state.decide(traceId, traceState);
      expect(decided.decision).toBe(expected.decision);
      expect(decided.traceState?.serialize()).toBe(expected.traceState?.serialize());
    }
  });

  it('tells no threshold of what its reservoir keeps', () => {
    const { state } = create();
    const inherited = createTraceState('ot=th:8,foo=1');
    expect(state.decide(KEPT, inherited).traceState?.serialize()).toBe('foo=1');
  });

  it('takes over the rate of a target, and of a changed rule', () => {
    const { state, decide } = create({ reservoirSize: 0 });
    state.assign(target({ fixedRate: 0 }));
    expect(decide(KEPT)).toBe(false);
    // The rule is the same: the rate of the target stays.
    state.update(state.rule);
    expect(decide(KEPT)).toBe(false);
    state.update({ ...state.rule, fixedRate: 1 });
    expect(decide(DROPPED)).toBe(true);
  });

  it('gives its counts when they are due, and takes them back', () => {
    const { clock, state, decide } = create();
    expect(state.takeCounts()).toBeUndefined();
    decide();
    const counts = state.takeCounts();
    expect(counts).toEqual({ requests: 1, sampled: 1, borrowed: 1 });
    expect(state.takeCounts()).toBeUndefined();
    decide();
    if (counts !== undefined) state.giveBack(counts);
    state.assign(target({ intervalMillis: 1000 }));
    expect(state.takeCounts()).toBeUndefined();
    clock.now = 1000;
    expect(state.takeCounts()).toEqual({ requests: 2, sampled: 1, borrowed: 1 });
  });
});
