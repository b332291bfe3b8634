import {
  AggregationType,
  MeterProvider,
  MetricReader,
  InstrumentType as StockInstrumentType,
  AggregationTemporality as StockTemporality,
} from '@opentelemetry/sdk-metrics';
import { MetricsView } from '../../lib/delivery/metrics-view.js';
import {
  InMemoryMetricExporter,
  type MetricExporter,
  type ReadableMetrics,
} from '../../lib/export/index.js';
import type {
  HistogramPoint,
  MetricAttributes,
  MetricData,
  MetricProducer,
  MetricsSnapshot,
} from '../../lib/metrics/metric-data.js';
import { createResource } from '../../lib/trace/index.js';
import { ReadDiagnostics } from './exporter-doubles.js';

export const RESOURCE = createResource({
  serviceName: 'orders',
  serviceVersion: '1.2.3',
  serviceInstanceId: 'instance-1',
});
export const START_MILLIS = 1_714_979_280_000;
export const READ_MILLIS = 1_714_979_289_000.25;
export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
export const SPAN_ID = 'b7ad6b7169203331';

const SCOPE = { name: 'orders.metrics', version: '1.0.0' };

/** What a test says of one metric. */
export interface GivenMetric {
  readonly kind?: MetricData['kind'];
  readonly name?: string;
  readonly unit?: string;
  readonly description?: string;
  readonly isObservable?: boolean;
  readonly startTimeMillis?: number;
  /** Of a counter or gauge. */
  readonly series?: readonly (readonly [MetricAttributes, number])[];
  /** Of a histogram: all values of each series. */
  readonly values?: readonly (readonly [MetricAttributes, readonly number[]])[];
  readonly bounds?: readonly number[];
  /** The time of an exemplar of the last value; none without it. */
  readonly exemplarMillis?: number;
}

/** A snapshot as a registry would make it. */
export function snapshotOf(
  metrics: readonly GivenMetric[],
  timeMillis = READ_MILLIS,
): MetricsSnapshot {
  return {
    resource: RESOURCE,
    timeMillis,
    scopes: [{ scope: SCOPE, metrics: metrics.map(metricOf) }],
  };
}

function metricOf(given: GivenMetric): MetricData {
  const { kind = 'counter', startTimeMillis = START_MILLIS } = given;
  const descriptor = {
    name: given.name ?? 'orders.placed',
    description: given.description ?? '',
    unit: given.unit ?? '',
  };
  if (kind !== 'histogram') {
    const points = (given.series ?? []).map(([attributes, value]) => ({
      attributes,
      startTimeMillis,
      value,
    }));
    const { isObservable } = given;
    return { kind, descriptor, points, ...(isObservable !== undefined && { isObservable }) };
  }
  const bounds = given.bounds ?? [0.1, 1];
  const points = (given.values ?? []).map(
    ([attributes, values]): HistogramPoint => ({
      attributes,
      startTimeMillis,
      count: values.length,
      sum: values.reduce((sum, value) => sum + value, 0),
      min: values.length === 0 ? undefined : Math.min(...values),
      max: values.length === 0 ? undefined : Math.max(...values),
      bucketCounts: [...bounds, Number.POSITIVE_INFINITY].map(
        (bound, i) =>
          values.filter((value) => value <= bound && (i === 0 || value > (bounds[i - 1] as number)))
            .length,
      ),
      exemplars:
        given.exemplarMillis === undefined || values.length === 0
          ? []
          : [
              {
                value: values.at(-1) as number,
                timeMillis: given.exemplarMillis,
                traceId: TRACE_ID,
                spanId: SPAN_ID,
              },
            ],
    }),
  );
  return { kind, descriptor, bounds, points };
}

/** A producer whose values the test changes. */
export class GivenProducer implements MetricProducer {
  metrics: readonly GivenMetric[] = [];
  timeMillis = READ_MILLIS;
  collectCount = 0;

  collect(): MetricsSnapshot {
    this.collectCount++;
    return snapshotOf(this.metrics, this.timeMillis);
  }
}

/** Metrics of every kind, with names and attributes that are hard to write. */
export const EVERY_KIND: readonly GivenMetric[] = [
  {
    name: 'orders.placed',
    unit: '{order}',
    description: 'Orders that were placed — all of them',
    series: [
      [{ 'order.kind': 'book', express: true, level: 3, ratio: 0.5 }, 7],
      [{ 'order.kind': 'é ☃ 𝄞', long: 'x'.repeat(300) }, 0.25],
      [{}, 2 ** 40],
    ],
  },
  { kind: 'up_down_counter', name: 'orders.open', series: [[{}, -3]] },
  {
    kind: 'gauge',
    name: 'pool.usage',
    unit: '1',
    series: [
      [{ 'pool.name': 'a' }, 0.75],
      [{ 'pool.name': 'b' }, 0],
    ],
  },
  {
    kind: 'histogram',
    name: 'http.server.request.duration',
    unit: 's',
    description: 'Duration of requests',
    bounds: [0.005, 0.1, 1],
    values: [
      [{ 'http.route': '/orders/:id', 'http.response.status_code': 200 }, [0.002, 0.05, 0.05, 3]],
      [{ 'http.route': '/orders', 'error.type': 'TypeError' }, [0.9]],
    ],
    exemplarMillis: READ_MILLIS - 500,
  },
];

/** As a reader gives them to an exporter. */
export function readableMetrics(
  metrics: readonly GivenMetric[] = EVERY_KIND,
  exporter: MetricExporter = new InMemoryMetricExporter(),
): ReadableMetrics {
  return new MetricsView(exporter, new ReadDiagnostics()).read(snapshotOf(metrics)).metrics;
}

/** A counter with so many series. */
export function manySeries(count: number): GivenMetric {
  return {
    series: Array.from(
      { length: count },
      (_, i) => [{ 'order.kind': `kind ${i}` }, i + 1] as const,
    ),
  };
}

class CollectingReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** What the SDK of OpenTelemetry collects, with instruments of every type and an exponential histogram. */
export async function stockMetrics(
  temporality = StockTemporality.CUMULATIVE,
): Promise<ReadableMetrics> {
  const reader = new CollectingReader({ aggregationTemporalitySelector: () => temporality });
  const provider = new MeterProvider({
    readers: [reader],
    views: [
      {
        instrumentName: 'exponential',
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
      },
      { instrumentName: 'untouched', instrumentType: StockInstrumentType.COUNTER, name: 'renamed' },
    ],
  });
  const meter = provider.getMeter('stock', '1.2.3', { schemaUrl: 'https://schema' });
  const attributes = { text: 'é', count: 3, flag: true, ratio: 0.5, list: ['a', 'b'] };
  meter.createCounter('counter', { unit: 's', description: 'a counter' }).add(1.5, attributes);
  meter.createCounter('integers', { valueType: 0 }).add(2 ** 45, attributes);
  meter.createUpDownCounter('negative', { valueType: 0 }).add(-7, {});
  meter.createGauge('gauge').record(-0.5, {});
  meter.createObservableCounter('observed').addCallback((result) => result.observe(3, attributes));
  meter.createCounter('untouched').add(1);
  const histogram = meter.createHistogram('histogram', {
    advice: { explicitBucketBoundaries: [0.1, 1, 10] },
  });
  for (const value of [0.05, 0.5, 5, 50]) histogram.record(value, attributes);
  const exponential = meter.createHistogram('exponential');
  for (const value of [0, 0.001, 1, 1.5, 1000]) exponential.record(value, attributes);
  const { resourceMetrics } = await reader.collect();
  await provider.shutdown();
  return resourceMetrics as ReadableMetrics;
}
