import { describe, expect, it } from '@jest/globals';
import { LocalTrace } from '../../../../lib/delivery/tail-sampling/local-trace.js';
import { UndecidedTraces } from '../../../../lib/delivery/tail-sampling/undecided-traces.js';
import { endedSpan } from '../../../support/span-source.js';

const SPAN = endedSpan();

function traceOf(traceId: string): LocalTrace {
  return new LocalTrace(traceId, `root of ${traceId}`, SPAN, 0);
}

describe('UndecidedTraces', () => {
  it('holds spans up to its bounds, and has room again when a trace is taken', () => {
    const traces = new UndecidedTraces(3, 100);
    const [first, second] = [traceOf('a'), traceOf('b')];
    traces.add(first);
    traces.add(second);
    expect(traces.hold(first, SPAN, 60)).toBe(true);
    expect(traces.hold(second, SPAN, 41)).toBe(false);
    expect(traces.hold(second, SPAN, 40)).toBe(true);
    expect(traces.hold(second, SPAN, 0)).toBe(true);
    expect(traces.hold(second, SPAN, 0)).toBe(false);
    expect(traces.spanCount).toBe(3);
    expect(traces.take(first)).toEqual([SPAN]);
    expect(traces.spanCount).toBe(2);
    expect(traces.hold(second, SPAN, 60)).toBe(true);
  });

  it('knows the oldest, and the oldest in which spans wait', () => {
    const traces = new UndecidedTraces(2, 100);
    const [first, second, third] = [traceOf('a'), traceOf('b'), traceOf('c')];
    for (const trace of [first, second, third]) traces.add(trace);
    traces.hold(third, SPAN, 1);
    traces.hold(second, SPAN, 1);
    expect(traces.isOverfull).toBe(true);
    expect([traces.oldest, traces.oldestWithSpans]).toEqual([first, third]);
    traces.take(third);
    expect([traces.oldestWithSpans, traces.isOverfull]).toEqual([second, false]);
    expect(traces.all()).toEqual([first, second]);
  });

  it('finds the latest trace of an id', () => {
    const traces = new UndecidedTraces(2, 100);
    const [first, second] = [traceOf('a'), traceOf('a')];
    traces.add(first);
    traces.add(second);
    expect(traces.find('a')).toBe(second);
    traces.take(first);
    expect(traces.find('a')).toBe(second);
    traces.take(second);
    expect(traces.find('a')).toBeUndefined();
  });
});
