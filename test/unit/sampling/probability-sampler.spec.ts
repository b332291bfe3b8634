import { describe, expect, it } from '@jest/globals';
import { createTraceState } from '@opentelemetry/api';
import { TracingContext } from '../../../lib/context/index.js';
import { ProbabilitySampler, SamplingDecision } from '../../../lib/sampling/index.js';
import { describeSampler } from '../../suites/sampler.suite.js';
import { ask, contextWith, randomTraceId, seededRandom } from '../../support/ask-sampler.js';

for (const ratio of [0, 0.001, 0.5, 1]) {
  describeSampler({
    name: `ProbabilitySampler(${ratio})`,
    create: () => new ProbabilitySampler(ratio),
  });
}

const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const HIGH = 'f'.repeat(32);
const LOW = `1${'0'.repeat(31)}`;
const half = new ProbabilitySampler(0.5);

describe('ProbabilitySampler', () => {
  it('decides by the right-most 56 bits of the trace id', () => {
    const id = (randomness: string) => `0af7651916cd43dd84${randomness}`;
    const decide = (randomness: string) => ask(half, TracingContext.ROOT, id(randomness)).decision;
    expect(decide('7fffffffffffff')).toBe(NOT_RECORD);
    expect(decide('80000000000000')).toBe(RECORD_AND_SAMPLED);
  });

  it('says its probability on a sampled root, and nothing on a dropped one', () => {
    expect(ask(half, TracingContext.ROOT, HIGH).traceState?.serialize()).toBe('ot=th:8');
    expect(ask(half, TracingContext.ROOT, LOW).traceState).toBeUndefined();
  });

  it('makes nothing new for a root', () => {
    expect(ask(half, TracingContext.ROOT, HIGH)).toBe(ask(half, TracingContext.ROOT, HIGH));
    expect(ask(half, TracingContext.ROOT, LOW)).toBe(ask(half, TracingContext.ROOT, LOW));
  });

  it('makes nothing new for the children of its own roots', () => {
    const { traceState } = ask(half, TracingContext.ROOT, HIGH);
    const context = contextWith({ traceId: HIGH, traceFlags: 1, traceState });
    expect(ask(half, context, HIGH)).toBe(ask(half, context, HIGH));
    expect(ask(half, context, HIGH).traceState).toBeUndefined();
  });

  it.each([
    // What came, which trace id, what is decided, what goes on (undefined: what came).
    ['rv:ffffffffffffff', LOW, RECORD_AND_SAMPLED, 'ot=th:8;rv:ffffffffffffff'],
    ['rv:00000000000000', HIGH, NOT_RECORD, undefined],
    ['rv:nonsense', HIGH, RECORD_AND_SAMPLED, 'ot=th:8;rv:nonsense'],
    ['th:c', HIGH, RECORD_AND_SAMPLED, 'ot=th:8'],
    ['th:8;x:1', HIGH, RECORD_AND_SAMPLED, undefined],
    ['x:1', HIGH, RECORD_AND_SAMPLED, 'ot=th:8;x:1'],
    ['th:8;x:1', LOW, NOT_RECORD, 'ot=x:1'],
    ['th:8', LOW, NOT_RECORD, ''],
  ])('with ot=%s decides about %s on its own', (entry, traceId, decision, expected) => {
    const parent = {
      traceId,
      traceFlags: 1,
      isRemote: true,
      traceState: createTraceState(`ot=${entry}`),
    };
    const result = ask(half, contextWith(parent), traceId);
    expect(result.decision).toBe(decision);
    expect(result.traceState?.serialize()).toBe(expected);
  });

  it('keeps the members of others', () => {
    const parent = { traceId: HIGH, isRemote: true, traceState: createTraceState('foo=1,bar=2') };
    expect(ask(half, contextWith(parent), HIGH).traceState?.serialize()).toBe(
      'ot=th:8,foo=1,bar=2',
    );
  });

  it('takes nothing over from a span without valid ids', () => {
    const parent = {
      traceId: '0'.repeat(32),
      traceState: createTraceState('ot=rv:00000000000000'),
    };
    expect(ask(half, contextWith(parent), HIGH).traceState?.serialize()).toBe('ot=th:8');
  });

  it.each([0.001, 0.01, 0.1, 0.3, 0.5, 0.9, 0.999])(
    'keeps the share %d of random traces',
    (ratio) => {
      const sampler = new ProbabilitySampler(ratio);
      const random = seededRandom(42);
      const count = 50_000;
      let kept = 0;
      for (let i = 0; i < count; i++) {
        if (
          ask(sampler, TracingContext.ROOT, randomTraceId(random)).decision === RECORD_AND_SAMPLED
        ) {
          kept++;
        }
      }
      const deviation = Math.sqrt(count * ratio * (1 - ratio));
      expect(Math.abs(kept - count * ratio)).toBeLessThan(4 * deviation);
    },
  );

  it('keeps at least what one with a smaller ratio keeps', () => {
    const samplers = [0.01, 0.1, 0.11, 0.5, 0.9].map((ratio) => new ProbabilitySampler(ratio));
    const random = seededRandom(43);
    for (let i = 0; i < 3_000; i++) {
      const traceId = randomTraceId(random);
      const decisions = samplers.map(
        (sampler) => ask(sampler, TracingContext.ROOT, traceId).decision,
      );
      expect(decisions).toEqual([...decisions].sort((a, b) => a - b));
    }
  });

  it('keeps none at 0 and all at 1', () => {
    expect(ask(new ProbabilitySampler(0), TracingContext.ROOT, HIGH).decision).toBe(NOT_RECORD);
    const all = ask(new ProbabilitySampler(1), TracingContext.ROOT, LOW);
    expect(all.decision).toBe(RECORD_AND_SAMPLED);
    expect(all.traceState?.serialize()).toBe('ot=th:0');
  });

  it('describes itself with its ratio', () => {
    expect(String(new ProbabilitySampler(0.1))).toBe('ProbabilitySampler{0.1}');
  });

  it.each([-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY, '0.5', null, undefined])(
    'refuses the ratio %p',
    (ratio) => {
      expect(() => new ProbabilitySampler(ratio as number)).toThrow(
        /^ProbabilitySampler\.ratio must be a number from 0 to 1, but it is .*\. Give the share/,
      );
    },
  );
});
