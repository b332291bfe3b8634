import { describe, expect, it } from '@jest/globals';
import { createTraceState } from '@opentelemetry/api';
import { TracingContext } from '../../../lib/context/index.js';
import { RateLimitingSampler, SamplingDecision } from '../../../lib/sampling/index.js';
import { describeSampler } from '../../suites/sampler.suite.js';
import { ask, contextWith } from '../../support/ask-sampler.js';

describeSampler({ name: 'RateLimitingSampler(0)', create: () => new RateLimitingSampler(0) });
describeSampler({
  name: 'RateLimitingSampler(5)',
  create: () => new RateLimitingSampler(5, { now: () => 0 }),
  cannot: { repeatItself: 'its answer depends on what came before' },
});

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision;

/** How many of `requests` are kept that come at each of the given milliseconds. */
function keptAt(tracesPerSecond: number, times: number[], requests: number): number[] {
  let now = 0;
  const sampler = new RateLimitingSampler(tracesPerSecond, { now: () => now });
  return times.map((time) => {
    now = time;
    let kept = 0;
    for (let i = 0; i < requests; i++) {
      if (ask(sampler, TracingContext.ROOT, TRACE_ID).decision === RECORD_AND_SAMPLED) kept++;
    }
    return kept;
  });
}

describe('RateLimitingSampler', () => {
  it.each<[string, number, number[], number, number[]]>([
    ['nothing at 0', 0, [0, 500, 1000], 5, [0, 0, 0]],
    ['all at once below 10 a second', 3, [0, 500, 999, 1000, 1500], 5, [3, 0, 0, 3, 0]],
    ['a tenth each tenth of a second', 20, [0, 99, 100, 200, 900], 5, [2, 0, 2, 2, 5]],
    ['what earlier tenths left', 20, [0, 500], 30, [2, 10]],
    ['all by the end of the second', 15, [0, 400, 999], 30, [1, 6, 8]],
    ['nothing of the second before', 20, [0, 1000], 30, [2, 2]],
    ['as much after a pause', 20, [0, 60_000, 60_050, 60_100], 30, [2, 2, 0, 2]],
    ['half a trace more every other second', 2.5, [0, 1000, 2000, 3000], 5, [2, 3, 2, 3]],
    ['one in two seconds', 0.5, [0, 1000, 1999, 2000, 4000], 5, [1, 0, 0, 1, 1]],
  ])('keeps %s', (_what, tracesPerSecond, times, requests, kept) => {
    expect(keptAt(tracesPerSecond, times, requests)).toEqual(kept);
  });

  it.each([1, 9, 10, 33, 100, 1000])('keeps %i a second under steady load', (tracesPerSecond) => {
    const times = Array.from({ length: 10_000 }, (_, millis) => millis);
    const kept = keptAt(tracesPerSecond, times, 3);
    for (let second = 0; second < 10; second++) {
      const sum = kept.slice(second * 1000, (second + 1) * 1000).reduce((a, b) => a + b);
      expect(sum).toBe(tracesPerSecond);
    }
  });

  it('follows a parent of this process and counts no permit for its children', () => {
    const sampler = new RateLimitingSampler(1, { now: () => 0 });
    const child = (traceFlags: number) =>
      ask(sampler, contextWith({ traceId: TRACE_ID, traceFlags }), TRACE_ID).decision;
    expect([child(1), child(1), child(0)]).toEqual([
      RECORD_AND_SAMPLED,
      RECORD_AND_SAMPLED,
      NOT_RECORD,
    ]);
    expect(ask(sampler, TracingContext.ROOT, TRACE_ID).decision).toBe(RECORD_AND_SAMPLED);
    expect(ask(sampler, TracingContext.ROOT, TRACE_ID).decision).toBe(NOT_RECORD);
  });

  it('takes out the threshold of a remote parent', () => {
    const sampler = new RateLimitingSampler(1, { now: () => 0 });
    const traceState = createTraceState('ot=th:0;x:1');
    const context = contextWith({ traceId: TRACE_ID, traceFlags: 1, isRemote: true, traceState });
    expect(ask(sampler, context, TRACE_ID).traceState?.serialize()).toBe('ot=x:1');
    expect(ask(sampler, context, TRACE_ID).traceState?.serialize()).toBe('ot=x:1');
  });

  it('describes itself with its rate', () => {
    expect(String(new RateLimitingSampler(2.5))).toBe('RateLimitingSampler{2.5}');
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '5', undefined])(
    'refuses the rate %p',
    (rate) => {
      expect(() => new RateLimitingSampler(rate as number)).toThrow(
        'RateLimitingSampler.tracesPerSecond must be a finite number of at least 0',
      );
    },
  );
});
