import { afterEach, describe, expect, it } from '@jest/globals';
import { type Meter, metrics, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { TracingConfigError } from '../../../lib/errors.js';
import { createDescriptor } from '../../../lib/metrics/instrument.js';
import { MeterDestination } from '../../../lib/metrics/meter-destination.js';
import { DEFAULT_MAX_SERIES_COUNT } from '../../../lib/metrics/metrics-options.js';
import { createTestTracing } from '../../../lib/testing/index.js';
import { metricsAsText } from '../../support/metrics-as-text.js';
import { createRegistry } from '../../support/metrics-registry.js';

afterEach(() => metrics.disable());

function registerStockProvider() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(provider);
  const collect = async (): Promise<Record<string, unknown>> => {
    exporter.reset();
    await provider.forceFlush();
    const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
    return Object.fromEntries(
      all.flatMap(({ scope, metrics }) =>
        metrics.map(({ descriptor, dataPoints }) => [
          `${scope.name} ${descriptor.name}`,
          dataPoints.map(({ value, attributes }) => ({ value, attributes })),
        ]),
      ),
    );
  };
  return { collect, close: () => provider.shutdown() };
}

describe('MetricsRegistry', () => {
  it('collects the values of all metrics', () => {
    const { registry, clock } = createRegistry();
    registry.counter('orders.placed', { unit: '{order}' }).add(2, { country: 'DE' });
    registry.counter('orders.placed').add(3, { country: 'DE' });
    registry.upDownCounter('carts.open').add(1);
    registry.upDownCounter('carts.open').add(-4);
    registry.histogram('pay.duration', { unit: 's', bounds: [1, 5] }).record(1);
    registry.histogram('pay.duration').record(7);
    registry.observe('gauge', 'queue.size', {}, (observe) => observe(9, { queue: 'mail' }));
    clock.millis = 5_000;
    const snapshot = registry.collect();
    expect(metricsAsText(snapshot)).toBe(
      [
        'orders.placed{country=DE} 5',
        'carts.open{} -3',
        'pay.duration{} 2 in 8 [1: 1, more: 1]',
        'queue.size{queue=mail} 9',
      ].join('\n'),
    );
    expect(snapshot.timeMillis).toBe(5_000);
    expect(snapshot.resource.attributes['service.name']).toBe('test');
    expect(snapshot.scopes).toMatchObject([{ scope: { name: 'nestjs-traced' } }]);
    const [placed] = snapshot.scopes[0]?.metrics ?? [];
    expect(placed).toMatchObject({
      kind: 'counter',
      descriptor: { name: 'orders.placed', unit: '{order}', description: '' },
      points: [{ startTimeMillis: 1_000 }],
    });
  });

  it('collects no scope before the first value, and changes no snapshot afterwards', () => {
    const { registry } = createRegistry();
    const counter = registry.counter('a');
    expect(registry.collect().scopes).toEqual([]);
    counter.add(1);
    const first = registry.collect();
    counter.add(1);
    expect(metricsAsText(first)).toBe('a{} 1');
    expect(metricsAsText(registry.collect())).toBe('a{} 2');
  });

  it('returns one metric for a name in any case, and reports a second kind', () => {
    const { registry, warnings } = createRegistry();
    registry.counter('Orders').add(1);
    registry.counter('orders').add(1);
    registry.histogram('orders').record(1);
    registry.upDownCounter('orders').add(-1);
    registry.observe('gauge', 'orders', {}, (observe) => observe(1));
    expect(metricsAsText(registry.collect())).toBe('Orders{} 2');
    expect(warnings).toEqual([
      'A metric was created again as another kind of metric; what is recorded with the second one is lost: orders',
    ]);
  });

  it('refuses a name that a metric cannot have', () => {
    const { registry } = createRegistry();
    expect(() => registry.counter('1st')).toThrow(TracingConfigError);
    expect(() => registry.histogram('a', { bounds: [2, 1] })).toThrow(TracingConfigError);
    expect(() => createDescriptor('a', { unit: 'µs' })).toThrow(TracingConfigError);
  });

  it('records nothing if it is not enabled', () => {
    const { registry } = createRegistry({ isEnabled: false });
    registry.counter('a').add(1);
    registry.histogram('b').record(1);
    registry.observe('gauge', 'c', {}, (observe) => observe(1));
    expect(registry.isEnabled).toBe(false);
    expect(registry.collect().scopes).toEqual([]);
  });

  it('has as many series for a metric by default as the specification says', () => {
    const { registry } = createRegistry({ maxSeriesCount: DEFAULT_MAX_SERIES_COUNT });
    for (let index = 0; index < 2_500; index++) registry.counter('a').add(1, { index });
    expect(metricsAsText(registry.collect()).split('\n')).toHaveLength(2_000);
  });

  it('limits the number of metrics', () => {
    const { registry, warnings } = createRegistry();
    for (let index = 0; index < 3_000; index++) registry.counter(`metric-${index}`).add(1);
    expect(registry.collect().scopes[0]?.metrics).toHaveLength(2000);
    expect(warnings.at(0)).toMatch(/^An application has at most 2000 metrics/);
  });
});

describe('a meter provider that is registered with the API', () => {
  it('receives the values from its registration on, and those of callbacks', async () => {
    const { registry } = createRegistry();
    const counter = registry.counter('orders.placed');
    let readCount = 0;
    const stop = registry.observe('up_down_counter', 'depth', {}, (observe) => {
      readCount++;
      observe(3);
    });
    counter.add(1);
    const { collect, close } = registerStockProvider();
    counter.add(2, { country: 'DE' });
    registry.histogram('pay.duration', { bounds: [1] }).record(0.5);
    expect(await collect()).toMatchObject({
      'nestjs-traced orders.placed': [{ value: 2, attributes: { country: 'DE' } }],
      'nestjs-traced depth': [{ value: 3 }],
      'nestjs-traced pay.duration': [
        { value: { count: 1, sum: 0.5, buckets: { boundaries: [1] } } },
      ],
    });
    expect(metricsAsText(registry.collect())).toBe('orders.placed{} 1');
    stop();
    await collect();
    expect(readCount).toBe(1);
    metrics.disable();
    counter.add(5);
    expect(metricsAsText(registry.collect())).toBe('orders.placed{} 6');
    await close();
  });

  it('receives nothing while a reader of the application has the values', async () => {
    const { registry } = createRegistry();
    const counter = registry.counter('a');
    const { collect, close } = registerStockProvider();
    const removeReader = registry.addReader();
    counter.add(1);
    expect(await collect()).toEqual({});
    expect(metricsAsText(registry.collect())).toBe('a{} 1');
    removeReader();
    removeReader();
    counter.add(1);
    expect(await collect()).toMatchObject({ 'nestjs-traced a': [{ value: 1 }] });
    await close();
  });

  it('gets the context of the active span with a value', () => {
    const contexts: unknown[] = [];
    const record = (_value: number, _attributes: unknown, context: never): void =>
      void contexts.push(trace.getSpan(context)?.spanContext().spanId);
    const meter = { createHistogram: () => ({ record }), createCounter: () => ({ add: record }) };
    metrics.setGlobalMeterProvider({ getMeter: () => meter as unknown as Meter });
    const { registry } = createRegistry();
    const { tracer, recorder, close } = createTestTracing();
    tracer.trace('work', () => {
      registry.histogram('a').record(1);
      registry.counter('b').add(1);
    });
    const [span] = recorder.takeSpans();
    expect(contexts).toEqual([span?.spanContext().spanId, span?.spanContext().spanId]);
    close();
  });

  it('that throws loses values only', () => {
    const broken = (): never => {
      throw new Error('broken');
    };
    const instrument = { record: broken, add: broken, addCallback: broken };
    const { registry, warnings } = createRegistry();
    const record = (): void => {
      registry.counter('a').add(1);
      registry.histogram('b').record(1);
      registry.observe('gauge', 'c', {}, (observe) => observe(1));
    };
    metrics.setGlobalMeterProvider({ getMeter: broken });
    record();
    expect(metricsAsText(registry.collect(), 'a')).toBe('a{} 1');
    metrics.disable();
    metrics.setGlobalMeterProvider({
      getMeter: () =>
        ({
          createCounter: broken,
          createHistogram: broken,
          createObservableGauge: broken,
        }) as never,
    });
    record();
    expect(metricsAsText(registry.collect(), 'a')).toBe('a{} 2');
    metrics.disable();
    const create = () => instrument;
    metrics.setGlobalMeterProvider({
      getMeter: () =>
        ({
          createCounter: create,
          createHistogram: create,
          createObservableGauge: create,
        }) as never,
    });
    record();
    registry.close();
    expect(warnings).toEqual([
      'The registered meter provider threw; the metrics stay in the application: Error: broken',
      'The registered meter provider threw; a metric stays in the application: Error: broken',
      'The registered meter provider threw; a value of a metric is lost: Error: broken',
    ]);
  });

  it('is noticed by its registration, not by a call', () => {
    const destination = new MeterDestination(new Diagnostics({ warn: () => {} }));
    expect(destination.meter).toBeUndefined();
    const meter = {} as Meter;
    metrics.setGlobalMeterProvider({ getMeter: () => meter });
    expect(destination.meter).toBe(meter);
    metrics.disable();
    expect(destination.meter).toBeUndefined();
  });
});
