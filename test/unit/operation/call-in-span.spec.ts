import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import { lastValueFrom, type Observable, of, throwError } from 'rxjs';
import { contextStorage, type LocalSpan, TracingContext } from '../../../lib/context/index.js';
import { callInSpan } from '../../../lib/operation/index.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../lib/testing/index.js';

describe('callInSpan', () => {
  let tracing: TestTracing;

  beforeEach(() => {
    tracing = createTestTracing();
  });

  afterEach(() => {
    tracing.close();
    tracing.recorder.verify();
    expect(tracing.warnings).toEqual([]);
  });

  const run = <T>(fn: () => T): T => {
    return callInSpan(tracing.tracer.startSpan('work'), contextStorage.active(), fn, undefined, []);
  };

  it('calls the function with its `this` and its arguments', () => {
    const { tracer, recorder } = tracing;
    const warehouse = {
      stock: 3,
      take(count: number): number {
        return this.stock - count;
      },
    };
    const span = tracer.startSpan('take');
    expect(callInSpan(span, contextStorage.active(), warehouse.take, warehouse, [2])).toBe(1);
    expect(recorder.takeSpan()).toBe(span);
  });

  it('has the span active inside, as the parent of others', () => {
    run(() => run(() => undefined));
    expect(traceAsText(tracing.recorder.takeSpans())).toBe('work\n  work');
  });

  it('waits for a promise, and passes on what it is rejected with', async () => {
    const failure = new Error('failed');
    const call = run(() => Promise.reject(failure));
    expect(tracing.recorder.openSpans).toHaveLength(1);
    await expect(call).rejects.toBe(failure);
    expect(tracing.recorder.takeSpan()).toMatchObject({ status: { message: 'failed' } });
  });

  it('carries a decision against the trace on, and calls the function', () => {
    const { tracer, recorder, close } = createTestTracing({ sampler: new AlwaysOffSampler() });
    const span = tracer.startSpan('work');
    const seen = callInSpan(
      span,
      contextStorage.active(),
      () => contextStorage.active().span,
      null,
      [],
    );
    expect(seen).toBe(span);
    const failure = new Error('failed');
    const fail = (): never => {
      throw failure;
    };
    expect(() => callInSpan(span, contextStorage.active(), fail, null, [])).toThrow(failure);
    expect(contextStorage.active()).toBe(TracingContext.ROOT);
    close();
    expect(recorder.takeSpans()).toEqual([]);
  });

  it('describes the call with the span active', () => {
    const seen: unknown[] = [];
    const description = {
      arguments: (...args: unknown[]) =>
        seen.push(['arguments', contextStorage.active().span, ...args]),
      result: (...args: unknown[]) => seen.push(['result', contextStorage.active().span, ...args]),
    };
    const span = tracing.tracer.startSpan('work');
    const self = {};
    callInSpan(span, contextStorage.active(), () => 7, self, [1, 2], description);
    expect(seen).toEqual([
      ['arguments', span, span, self, [1, 2]],
      ['result', span, span, self, 7],
    ]);
    tracing.recorder.takeSpan();
  });

  it('adds one frame to the stack of an error', () => {
    const error = run(() => new Error('failed'));
    tracing.recorder.takeSpan();
    const files = String(error.stack).match(/[^/]+\.ts(?=:)/g);
    expect(files?.slice(0, 3)).toEqual([
      'call-in-span.spec.ts',
      'call-in-span.ts',
      'call-in-span.spec.ts',
    ]);
  });

  it('runs the function with the span active, and hands on its result', () => {
    const seen = run(() => contextStorage.active().span);
    expect(seen).toBe(tracing.recorder.takeSpan());
    expect(contextStorage.active().span).toBeUndefined();
  });

  it('ends the span when the function returns', () => {
    expect(run(() => 7)).toBe(7);
    expect(tracing.recorder.takeSpan()).toMatchObject({
      ended: true,
      status: { code: SpanStatusCode.UNSET },
      attributes: {},
    });
  });

  it.each([
    ['an error', new RangeError('too many')],
    ['a string', 'sold out'],
    ['null', null],
    ['undefined', undefined],
    ['a frozen object', Object.freeze({ reason: 'sold out' })],
  ])('ends the span as failed when the function throws %s, which passes as it is', (_, thrown) => {
    let caught: unknown = 'nothing';
    try {
      run(() => {
        throw thrown;
      });
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(thrown);
    const { status, events, ended } = tracing.recorder.takeSpan();
    expect(ended).toBe(true);
    expect(status.code).toBe(SpanStatusCode.ERROR);
    expect(events.map(({ name }) => name)).toEqual(['exception']);
    expect(contextStorage.active().span).toBeUndefined();
  });

  it('leaves the stack of the error as it was', () => {
    const failure = new Error('failed');
    const { stack } = failure;
    expect(() =>
      run(() => {
        throw failure;
      }),
    ).toThrow(failure);
    expect(failure.stack).toBe(stack);
    tracing.recorder.takeSpan();
  });

  it.each([
    ['throws', (): never => thrown()],
    ['rejects', async (): Promise<never> => thrown()],
    ['has an Observable that fails', () => throwError(thrown)],
    ['has a promise of it', async () => throwError(thrown)],
  ])('lets the description record the error when the function %s', async (_, fn) => {
    const description = {
      arguments() {},
      result() {},
      error: (span: LocalSpan, error: unknown) => span.setAttribute('failed', String(error)),
    };
    const call = async (): Promise<unknown> => {
      const span = tracing.tracer.startSpan('work');
      const active = contextStorage.active();
      const result: unknown = await callInSpan<unknown>(
        span,
        active,
        fn,
        undefined,
        [],
        description,
      );
      return lastValueFrom(result as Observable<unknown>);
    };
    await expect(call()).rejects.toThrow('no');
    expect(traceAsText([tracing.recorder.takeSpan()])).toBe('work failed="Error: no"');
  });

  it('gives each subscription of an Observable a span, also if the caller always subscribes', async () => {
    const description = { arguments() {}, result() {}, isSubscribed: true };
    const span = tracing.tracer.startSpan('work');
    const active = contextStorage.active();
    const result = callInSpan(span, active, () => of(1), undefined, [], description);
    expect(await lastValueFrom(result)).toBe(1);
    expect(span.isRecording()).toBe(false);
    expect(await lastValueFrom(result)).toBe(1);
    expect(traceAsText(tracing.recorder.takeSpans())).toBe('work\n\nwork');
  });
});

function thrown(): never {
  throw new Error('no');
}
