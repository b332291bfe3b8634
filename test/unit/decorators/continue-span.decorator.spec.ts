import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Span, trace } from '@opentelemetry/api';
import { contextStorage } from '../../../lib/context/index.js';
import { ContinueSpan, SpanAttribute, Traced } from '../../../lib/decorators/index.js';
import { CurrentSpan } from '../../../lib/nest/decorators/index.js';
import { createTestTracing, type TestTracing, traceAsText } from '../../../lib/testing/index.js';
import { unhandledRejectionsOf } from '../../support/unhandled-rejections.js';

class Prices {
  readonly currency = 'EUR';

  @ContinueSpan({
    attributes: { fixed: true },
    resultAttributes(this: Prices, price: number) {
      return { price, currency: this.currency };
    },
    recordArguments: ['sku'],
  })
  price<T>(@SpanAttribute('id') _id: string, result: T): T {
    return result;
  }

  @ContinueSpan()
  span(@CurrentSpan() span?: Span): Span | undefined {
    return span;
  }

  @ContinueSpan({
    attributes: () => {
      throw new Error('none');
    },
  })
  careless(): string {
    return 'done';
  }

  @ContinueSpan()
  fail(): never {
    throw new Error('failed');
  }
}

describe('ContinueSpan', () => {
  let tracing: TestTracing;
  const prices = new Prices();

  beforeEach(() => {
    tracing = createTestTracing();
  });

  afterEach(() => {
    tracing.close();
    tracing.recorder.verify();
  });

  const recorded = () => traceAsText(tracing.recorder.takeSpans());
  const ALL = 'outer argument.sku=A currency=EUR fixed=true id=A price=7';

  it('adds attributes to the active span', async () => {
    expect(tracing.tracer.trace('outer', () => prices.price('A', 7))).toBe(7);
    expect(recorded()).toBe(ALL);
    expect(await tracing.tracer.trace('outer', () => prices.price('A', Promise.resolve(7)))).toBe(
      7,
    );
    expect(recorded()).toBe(ALL);
  });

  it('adds nothing of a result that comes after the end of the span', async () => {
    const later: { promise?: Promise<number> } = {};
    tracing.tracer.trace('outer', () => {
      later.promise = prices.price('A', Promise.resolve(7));
    });
    expect(await later.promise).toBe(7);
    expect(recorded()).toBe('outer argument.sku=A fixed=true id=A');
    expect(tracing.warnings).toEqual([]);
  });

  it('hands on the result without a recorded span', () => {
    const promise = Promise.resolve(1);
    expect(prices.price('A', promise)).toBe(promise);
    const foreign = trace.wrapSpanContext({ traceId: 'a', spanId: 'b', traceFlags: 0 });
    contextStorage.run(contextStorage.active().withSpan(foreign), () => {
      expect(prices.price('A', promise)).toBe(promise);
    });
    expect(recorded()).toBe('');
  });

  it('passes the active span to a parameter', () => {
    tracing.tracer.trace('outer', (outer) => expect(prices.span()).toBe(outer));
    expect(prices.span()?.isRecording()).toBe(false);
    expect(recorded()).toBe('outer');
  });

  it('reports a function that throws, also for a span of another library', () => {
    tracing.tracer.trace('outer', () => prices.careless());
    const foreign = Object.create(
      trace.wrapSpanContext({ traceId: 'a', spanId: 'b', traceFlags: 1 }),
      {
        isRecording: { value: () => true },
      },
    ) as Span;
    contextStorage.run(contextStorage.active().withSpan(foreign), () => {
      expect(prices.careless()).toBe('done');
    });
    expect(recorded()).toBe('outer');
    expect(tracing.warnings).toEqual([
      'The attributes of @ContinueSpan() on Prices.careless threw; its attributes are not recorded: Error: none',
    ]);
    expect(Object.values(tracing.tracer.diagnostics.counts())).toEqual([2]);
  });

  it('records no error', () => {
    tracing.tracer.trace('outer', () => expect(() => prices.fail()).toThrow('failed'));
    expect(recorded()).toBe('outer');
  });

  it('leaves a forgotten rejection unhandled', async () => {
    const reason = new Error('forgotten');
    const rejections = await unhandledRejectionsOf(() => {
      tracing.tracer.trace('outer', () => void prices.price('A', Promise.reject(reason)));
    });
    expect(rejections).toEqual([reason]);
    tracing.recorder.takeSpans();
  });

  it('keeps name and length of the method', () => {
    expect([prices.price.name, prices.price.length]).toEqual(['price', 2]);
  });

  it.each<[string, () => unknown, string]>([
    ['a class', () => (ContinueSpan() as ClassDecorator)(Prices), 'must decorate a method'],
    ['a text', () => ContinueSpan('name' as never), 'must be an object of options'],
    ['wrong options', () => ContinueSpan({ attributes: 7 as never }), '@ContinueSpan.attributes'],
    [
      'a traced method',
      () => {
        class Both {
          @Traced()
          @ContinueSpan()
          find(): void {}
        }
        return Both;
      },
      'which is already continued',
    ],
  ])('refuses %s', (_, decorate, message) => {
    expect(decorate).toThrow(message);
  });
});
