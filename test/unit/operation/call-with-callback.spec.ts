import { describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../lib/context/index.js';
import { callWithCallback } from '../../../lib/operation/call-with-callback.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';

describe('callWithCallback', () => {
  it('ends the span once, and hands on every call of the callback', () => {
    const { tracer, recorder, close } = createTestTracing();
    const span = tracer.startSpan('load');
    const calls: unknown[][] = [];
    const active = contextStorage.active();
    const load = (done: (...values: unknown[]) => unknown): unknown[] => {
      expect(contextStorage.active().span).toBe(span);
      return [done(undefined, 1), done(new Error('late'))];
    };
    const callback = (...values: unknown[]): number => {
      expect(contextStorage.active()).toBe(active);
      return calls.push(values);
    };
    const args = [callback];
    const same = <F>(wrapper: F): F => wrapper;
    expect(callWithCallback(span, active, load, undefined, args, undefined, same)).toEqual([1, 2]);
    close();
    expect(calls).toEqual([[undefined, 1], [new Error('late')]]);
    expect(traceAsText(recorder.takeSpans())).toBe('load');
  });
});
