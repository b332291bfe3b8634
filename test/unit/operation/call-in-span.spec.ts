import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import { contextStorage } from '../../../lib/context/index.js';
import { callInSpan, endWithError } from '../../../lib/operation/index.js';
import { createTestTracing, type TestTracing } from '../../../lib/testing/index.js';

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
    const span = tracing.tracer.startSpan('work');
    return callInSpan(span, contextStorage.active().withSpan(span), fn, undefined, []);
  };

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
    const { status, events } = tracing.recorder.takeSpan();
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
});

describe('endWithError', () => {
  it('records the failure and ends the span', () => {
    const { tracer, recorder, close } = createTestTracing();
    endWithError(tracer.startSpan('work'), new TypeError('failed'));
    close();
    expect(recorder.takeSpan()).toMatchObject({
      ended: true,
      status: { code: SpanStatusCode.ERROR, message: 'failed' },
      attributes: { 'error.type': 'TypeError' },
    });
  });
});
