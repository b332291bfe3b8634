import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Span } from '@opentelemetry/api';
import { Traced } from '../../../../lib/decorators/index.js';
import { CurrentSpan } from '../../../../lib/nest/decorators/index.js';
import { AlwaysOffSampler } from '../../../../lib/sampling/index.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../../lib/testing/index.js';

class OrdersService {
  @Traced()
  place(id: string, @CurrentSpan() span?: Span): Span | undefined {
    span?.setAttribute('order.id', id);
    return span;
  }

  @Traced()
  both(@CurrentSpan() first?: Span, @CurrentSpan() second?: Span): (Span | undefined)[] {
    return [first, second];
  }

  @Traced()
  static count(@CurrentSpan() span?: Span): Span | undefined {
    return span?.setAttribute('static', true);
  }

  untraced(id: string, @CurrentSpan() span?: Span): [string, Span | undefined] {
    return [id, span];
  }
}

describe('CurrentSpan on a method that is traced', () => {
  let tracing: TestTracing;

  beforeEach(() => {
    tracing = createTestTracing();
  });

  afterEach(() => {
    tracing.close();
    tracing.recorder.verify();
  });

  it('gives the span of the call, not that of the caller', () => {
    tracing.tracer.trace('checkout', () => new OrdersService().place('A-1'));
    expect(traceAsText(tracing.recorder.takeSpans())).toBe(
      'checkout\n  OrdersService.place order.id=A-1',
    );
  });

  it('wins over what the caller passed', () => {
    const passed = tracing.tracer.startSpan('passed');
    const given = new OrdersService().place('A-1', passed);
    passed.end();
    expect(given).toBe(tracing.recorder.takeSpan('OrdersService.place'));
    tracing.recorder.takeSpan('passed');
  });

  it('gives it to several parameters and to static methods', () => {
    const [first, second] = new OrdersService().both();
    expect(first).toBe(tracing.recorder.takeSpan());
    expect(second).toBe(first);
    expect(OrdersService.count()).toBe(tracing.recorder.takeSpan());
  });

  it('gives a span that records nothing where no application is running', () => {
    tracing.close();
    const span = new OrdersService().place('A-1');
    expect(span?.isRecording()).toBe(false);
    expect(span?.spanContext().traceId).toBe('0'.repeat(32));
  });
});

describe('CurrentSpan in a trace that is not sampled', () => {
  it('gives the span that carries the "no"', () => {
    const { tracer, close } = createTestTracing({ sampler: new AlwaysOffSampler() });
    tracer.trace('checkout', (span) => {
      expect(new OrdersService().place('A-1')).toBe(span);
      expect(OrdersService.count()).toBe(span);
    });
    close();
  });
});

describe('CurrentSpan on a plain method', () => {
  it('leaves the parameter as the caller passed it', () => {
    const { tracer, close, recorder } = createTestTracing();
    tracer.trace('checkout', () => {
      expect(new OrdersService().untraced('A-1')).toEqual(['A-1', undefined]);
    });
    close();
    expect(traceAsText(recorder.takeSpans())).toBe('checkout');
  });
});

describe('CurrentSpan on something else', () => {
  it.each<[string, unknown[], string]>([
    [
      'a parameter of a constructor',
      [OrdersService, undefined, 0],
      'a parameter of the constructor of OrdersService',
    ],
    ['a class', [OrdersService], 'the class OrdersService'],
    [
      'a method',
      [OrdersService.prototype, 'place', { value: () => {} }],
      'the method OrdersService.place',
    ],
    ['a property', [OrdersService.prototype, 'total'], 'the property OrdersService.total'],
  ])('refuses %s', (_, args, name) => {
    const decorate = CurrentSpan() as (...args: unknown[]) => void;
    expect(() => decorate(...args)).toThrow(
      expect.objectContaining({
        code: 'INVALID_DECORATOR_TARGET',
        message: `@CurrentSpan() must decorate a parameter of a method, but it decorates ${name}. Put it before a parameter of a handler, or of a method that has @Traced().`,
      }),
    );
  });
});
