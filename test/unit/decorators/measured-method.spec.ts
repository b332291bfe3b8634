import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { firstValueFrom, of } from 'rxjs';
import { Counted } from '../../../lib/decorators/counted.decorator.js';
import { decorateMeasured } from '../../../lib/decorators/measured-method.js';
import { checkMeasuredOptions, optionsOf } from '../../../lib/decorators/measured-options.js';
import { Timed } from '../../../lib/decorators/timed.decorator.js';
import { Traced } from '../../../lib/decorators/traced.decorator.js';
import { withSpanAttributes } from '../../../lib/decorators/traced-method.js';
import { TracingConfigError } from '../../../lib/errors.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { createTestTracing, traceAsText } from '../../../lib/testing/index.js';
import { metricsAsText } from '../../support/metrics-as-text.js';

class OutOfStock extends Error {}

function Mark(): MethodDecorator {
  return (_target, _key, descriptor) =>
    Reflect.defineMetadata('mark', 'kept', descriptor.value as object);
}

class Orders {
  @Timed()
  @Mark()
  @Counted()
  async place(id: string, count = 1): Promise<string> {
    if (id === 'none') throw new OutOfStock('no more');
    return `${id} ${count}`;
  }

  @Counted({
    name: 'orders.found',
    unit: '{order}',
    attributes: (country: string) => ({ country }),
    when: (country: string) => country !== '',
    isError: (error) => !(error instanceof OutOfStock),
  })
  find(country: string): string {
    if (country === 'XX') throw new OutOfStock('no more');
    if (country === 'YY') throw new TypeError('wrong');
    return country;
  }

  @Timed({ name: 'orders.list', attributes: { kind: 'all' }, bounds: [0.5] })
  *list(): Generator<number> {
    yield 1;
    yield 2;
  }

  @Timed('orders.watch')
  watch() {
    return of(1);
  }

  @Timed('orders.hostile')
  @Counted({
    name: 'orders.hostile.calls',
    attributes: () => {
      throw new Error('attributes');
    },
    when: () => {
      throw new Error('when');
    },
    isError: () => {
      throw new Error('isError');
    },
  })
  hostile(fails: boolean): void {
    if (fails) throw new RangeError('x');
  }

  @Counted('orders.static')
  static count(): number {
    return 7;
  }
}

const counts = (text: string): string[] =>
  text.split('\n').map((line) => line.replace(/ (in .*|exemplar.*)$/, ''));

describe('@Counted() and @Timed()', () => {
  it('record each call of a method when its work ends', async () => {
    const { tracing, close } = createTestTracing({ metrics: true });
    const orders = new Orders();
    const pending = orders.place('a', 2);
    expect(metricsAsText(tracing.metrics.collect())).toBe('');
    expect(await pending).toBe('a 2');
    await orders.place('a');
    await expect(orders.place('none')).rejects.toBeInstanceOf(OutOfStock);
    expect(counts(metricsAsText(tracing.metrics.collect()))).toEqual([
      'nestjs_traced.method.duration{code.function.name=Orders.place} 2',
      'nestjs_traced.method.duration{code.function.name=Orders.place error.type=OutOfStock} 1',
      'nestjs_traced.method.calls{code.function.name=Orders.place} 2',
      'nestjs_traced.method.calls{code.function.name=Orders.place error.type=OutOfStock} 1',
    ]);
    close();
  });

  it('have attributes, conditions and failures of the options', () => {
    const { tracing, close } = createTestTracing({ metrics: true });
    const orders = new Orders();
    for (const country of ['DE', 'DE', '', 'FR']) orders.find(country);
    expect(() => orders.find('XX')).toThrow(OutOfStock);
    expect(() => orders.find('YY')).toThrow(TypeError);
    expect(Orders.count()).toBe(7);
    expect(counts(metricsAsText(tracing.metrics.collect()))).toEqual([
      'orders.found{country=DE} 2',
      'orders.found{country=FR} 1',
      'orders.found{country=XX} 1',
      'orders.found{country=YY error.type=TypeError} 1',
      'orders.static{} 1',
    ]);
    close();
  });

  it('end with iterators and with each subscription', async () => {
    const { tracing, clock, close } = createTestTracing({ metrics: true });
    const orders = new Orders();
    const rows = orders.list();
    clock.advance(600);
    expect([...rows]).toEqual([1, 2]);
    const watched = orders.watch();
    await firstValueFrom(watched);
    await firstValueFrom(watched);
    const text = metricsAsText(tracing.metrics.collect());
    expect(text).toContain('orders.list{kind=all} 1 in 0.601 [more: 1]');
    expect(text).toContain('orders.watch{} 2 in');
    close();
  });

  it('call the method as without decorators where there are no metrics', async () => {
    const orders = new Orders();
    expect(await orders.place('a')).toBe('a 1');
    const { tracing, close } = createTestTracing();
    expect(await orders.place('a')).toBe('a 1');
    expect(tracing.metrics.collect().scopes).toEqual([]);
    close();
  });

  it('report functions of the options that throw, and let the call go on', () => {
    const { tracing, warnings, close } = createTestTracing({ metrics: true });
    const orders = new Orders();
    orders.hostile(false);
    expect(() => orders.hostile(true)).toThrow(RangeError);
    expect(counts(metricsAsText(tracing.metrics.collect(), 'orders.hostile.calls'))).toEqual([
      'orders.hostile.calls{} 1',
      'orders.hostile.calls{error.type=RangeError} 1',
    ]);
    expect(warnings).toEqual([
      'The option when of @Counted() on Orders.hostile threw; the call is measured: Error: when',
      'The option attributes of @Counted() on Orders.hostile threw; the value lacks them: Error: attributes',
      'The option isError of @Counted() on Orders.hostile threw; the error counts as a failure: Error: isError',
    ]);
    close();
  });

  it('keep name, parameters and metadata of the method', () => {
    const { place } = Orders.prototype;
    expect(place.name).toBe('place');
    expect(place.length).toBe(1);
    expect(Reflect.getMetadata('mark', place)).toBe('kept');
  });

  it('record the values of two applications apart', async () => {
    const first = createTestTracing({ metrics: true });
    const second = createTestTracing({ metrics: true });
    const orders = new Orders();
    await first.tracer.trace('request', () => orders.place('a'));
    await second.tracer.trace('request', () => orders.place('a'));
    await second.tracer.trace('request', () => orders.place('a'));
    const total = ({ tracing }: typeof first): string[] =>
      counts(metricsAsText(tracing.metrics.collect(), 'nestjs_traced.method.calls'));
    expect(total(first)).toEqual(['nestjs_traced.method.calls{code.function.name=Orders.place} 1']);
    expect(total(second)).toEqual([
      'nestjs_traced.method.calls{code.function.name=Orders.place} 2',
    ]);
    first.recorder.takeSpans();
    second.recorder.takeSpans();
    second.close();
    first.close();
  });
});

describe('@Counted() and @Timed() with @Traced()', () => {
  class Stock {
    @Timed('above')
    @Traced({ recordArguments: true })
    reserve(sku: string): string {
      return sku;
    }

    @Traced({ recordArguments: true })
    @Timed('below')
    release(sku: string): string {
      return sku;
    }
  }

  it('measure and trace in any order, with exemplars of the active span', () => {
    const { tracer, tracing, recorder, close } = createTestTracing({ metrics: true });
    const stock = new Stock();
    tracer.trace('request', () => stock.reserve('a') + stock.release('b'));
    const spans = recorder.takeSpans();
    expect(traceAsText(spans, { attributes: ['argument.sku'] })).toBe(
      ['request', '  Stock.reserve argument.sku=a', '  Stock.release argument.sku=b'].join('\n'),
    );
    const idOf = (name: string) =>
      spans.find((span) => span.name === name)?.spanContext().spanId ?? '';
    const text = metricsAsText(tracing.metrics.collect());
    expect(text).toMatch(new RegExp(`^above\\{\\} 1 .*exemplar \\S+ ${idOf('request')}$`, 'm'));
    expect(text).toMatch(
      new RegExp(`^below\\{\\} 1 .*exemplar \\S+ ${idOf('Stock.release')}$`, 'm'),
    );
    close();
  });

  it('measure calls that are not sampled', () => {
    const { tracer, tracing, close } = createTestTracing({
      metrics: true,
      sampler: new AlwaysOffSampler(),
    });
    tracer.trace('request', () => new Stock().reserve('a'));
    expect(metricsAsText(tracing.metrics.collect())).toMatch(/^above\{\} 1 in [\d.]+ \[[^\]]+\]$/);
    close();
  });

  it('let a hook add attributes to the span of a method below', () => {
    const { recorder, tracing, close } = createTestTracing({ metrics: true });
    const { reserve } = Stock.prototype;
    const variant = withSpanAttributes(reserve as never, { event: 'x' });
    expect(variant?.call({}, 'a')).toBe('a');
    expect(recorder.takeSpan().attributes).toMatchObject({ event: 'x', 'argument.sku': 'a' });
    expect(metricsAsText(tracing.metrics.collect())).toContain('above{} 1 in');
    close();
  });
});

describe('the decorators of metrics', () => {
  it.each([
    ['a class', () => Timed()(class A {} as never, undefined as never, undefined as never)],
    ['a property', () => Counted()({}, 'a', undefined as never)],
    ['a getter', () => decorateMeasured([{}, 'a', { get: () => 1 }], {} as never)],
    ['an invalid name', () => Timed('my metric')],
    ['an empty name', () => Counted('')],
    ['an invalid unit', () => Counted({ unit: 'µs' })],
    ['bounds that descend', () => Timed({ bounds: [2, 1] })],
    ['attributes that are none', () => Timed({ attributes: [] as never })],
    ['a condition that is none', () => Timed({ when: true as never })],
    ['a rule for errors that is none', () => Counted({ isError: 1 as never })],
    ['an argument that is none', () => optionsOf('@Timed', 7 as never)],
    ['options that are none', () => checkMeasuredOptions('@Timed', 'a', { when: 1 as never }, {})],
  ])('refuse %s', (_, decorate) => {
    expect(decorate).toThrow(TracingConfigError);
  });
});
