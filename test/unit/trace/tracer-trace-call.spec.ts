import { describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../lib/context/index.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { traceAsText } from '../../../lib/testing/index.js';
import type { Tracer } from '../../../lib/trace/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const tracingWith = tracingsOfTest();

const warehouse = {
  stock: 3,
  take(this: { stock: number }, count: number, fail?: Error): number {
    if (fail !== undefined) throw fail;
    return this.stock - count;
  },
};

function take(tracer: Tracer, ...args: unknown[]): number {
  const context = contextStorage.active();
  return tracer.traceCall('take', {}, context, warehouse.take, warehouse, args);
}

describe('Tracer.traceCall', () => {
  it('calls the function with its `this` and its arguments, in a span that ends with it', () => {
    const { tracer, recorder } = tracingWith();
    expect(take(tracer, 2)).toBe(1);
    expect(traceAsText(recorder.takeSpans())).toBe('take');
    expect(tracer.activeSpan).toBeUndefined();
  });

  it('has the span active inside, as the parent of others', () => {
    const { tracer, recorder } = tracingWith();
    const outer = (): number => take(tracer, 1);
    expect(tracer.traceCall('outer', {}, contextStorage.active(), outer, undefined, [])).toBe(2);
    expect(traceAsText(recorder.takeSpans())).toBe(['outer', '  take'].join('\n'));
  });

  it('waits for a promise, and passes on what it is rejected with', async () => {
    const { tracer, recorder } = tracingWith();
    const failure = new Error('failed');
    const fail = (): Promise<never> => Promise.reject(failure);
    const call = tracer.traceCall('fail', {}, contextStorage.active(), fail, undefined, []);
    expect(recorder.openSpans).toHaveLength(1);
    await expect(call).rejects.toBe(failure);
    expect(recorder.takeSpan()).toMatchObject({ ended: true, status: { message: 'failed' } });
  });

  it('passes on what the function throws, and records it', () => {
    const { tracer, recorder } = tracingWith();
    const failure = new Error('failed');
    expect(() => take(tracer, 1, failure)).toThrow(failure);
    expect(recorder.takeSpan()).toMatchObject({ ended: true, status: { message: 'failed' } });
  });

  it('calls the function where nothing is sampled, which everything below then knows', () => {
    const { tracer, recorder } = tracingWith({ sampler: new AlwaysOffSampler() });
    const seen = tracer.traceCall(
      'outer',
      {},
      contextStorage.active(),
      () => tracer.activeSpan,
      undefined,
      [],
    );
    expect(seen?.isRecording()).toBe(false);
    expect(take(tracer, 2)).toBe(1);
    expect(recorder.takeSpans()).toEqual([]);
  });
});
