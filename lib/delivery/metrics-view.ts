import type { Attributes } from '@opentelemetry/api';
import { ValueType } from '@opentelemetry/api';
import type { Diagnostics } from '../diagnostics.js';
import type { MetricExporter } from '../export/metric-exporter.js';
import {
  AggregationTemporality,
  DataPointType,
  type InstrumentType,
  type ReadableDataPoint,
  type ReadableExemplar,
  type ReadableHistogram,
  type ReadableMetric,
  type ReadableMetricDescriptor,
  type ReadableMetrics,
} from '../export/readable-metrics.js';
import type {
  Exemplar,
  HistogramPoint,
  MetricAttributes,
  MetricData,
  MetricDescriptor,
  MetricsSnapshot,
  NumberPoint,
} from '../metrics/metric-data.js';
import { toHrTime } from '../trace/time.js';

const INSTRUMENT_TYPES: readonly InstrumentType[] = [
  'COUNTER',
  'GAUGE',
  'HISTOGRAM',
  'UP_DOWN_COUNTER',
  'OBSERVABLE_COUNTER',
  'OBSERVABLE_GAUGE',
  'OBSERVABLE_UP_DOWN_COUNTER',
];

/** A snapshot as one exporter wants it. */
export interface MetricsReading {
  readonly metrics: ReadableMetrics;
  /** Call it when the metrics were delivered: the next deltas begin here. */
  delivered(): void;
}

/** The delivered points of one metric, by series. */
type DeliveredPoints = Map<string, NumberPoint | HistogramPoint>;

/**
 * Turns snapshots, whose values count since the start of their series, into the temporality that one exporter wants.
 *
 * A delta counts since the last delivered reading, not since the last one: a failed export loses no counts, and the
 * intervals have no gaps. Spec: `metrics/data-model.md#temporality`.
 */
export class MetricsView {
  readonly #temporalities: ReadonlyMap<InstrumentType, AggregationTemporality>;
  /** By scope and name. */
  #delivered = new Map<string, DeliveredPoints>();
  #deliveredMillis = 0;
  /** Most series of a snapshot share their times. */
  #lastTime: ReturnType<typeof toHrTime> = [0, 0];
  #lastTimeMillis = 0;
  readonly #keys = new WeakMap<MetricAttributes, string>();

  constructor(exporter: MetricExporter, diagnostics: Diagnostics) {
    this.#temporalities = askForTemporalities(exporter, diagnostics);
  }

  /** Does not throw for a snapshot by its contract. */
  read(snapshot: MetricsSnapshot): MetricsReading {
    const { resource, timeMillis, scopes } = snapshot;
    const next = new Map<string, DeliveredPoints>();
    const scopeMetrics = scopes.map(({ scope, metrics }) => ({
      scope,
      metrics: metrics
        .map((metric) => {
          if (this.#temporalityOf(metric) === AggregationTemporality.CUMULATIVE) {
            return this.#cumulative(metric, timeMillis);
          }
          const key = JSON.stringify([scope.name, scope.version, metric.descriptor.name]);
          return this.#delta(metric, timeMillis, this.#delivered.get(key), addTo(next, key));
        })
        .filter(({ dataPoints }) => dataPoints.length > 0),
    }));
    return {
      metrics: { resource, scopeMetrics: scopeMetrics.filter(({ metrics }) => metrics.length > 0) },
      delivered: () => {
        this.#delivered = next;
        this.#deliveredMillis = timeMillis;
      },
    };
  }

  #temporalityOf(metric: MetricData): AggregationTemporality {
    return this.#temporalities.get(instrumentTypeOf(metric)) as AggregationTemporality;
  }

  #cumulative(metric: MetricData, timeMillis: number): ReadableMetric {
    const aggregationTemporality = AggregationTemporality.CUMULATIVE;
    if (metric.kind === 'histogram') {
      const points = metric.points.map((point) =>
        this.#histogramPoint(metric.bounds, point, point.startTimeMillis, timeMillis),
      );
      return readableHistogram(metric.descriptor, aggregationTemporality, points);
    }
    const points = metric.points.map((point) =>
      this.#numberPoint(point, point.value, point.startTimeMillis, timeMillis),
    );
    return readableNumbers(metric, aggregationTemporality, points);
  }

  #delta(
    metric: MetricData,
    timeMillis: number,
    delivered: DeliveredPoints | undefined,
    next: DeliveredPoints,
  ): ReadableMetric {
    const aggregationTemporality = AggregationTemporality.DELTA;
    if (metric.kind === 'histogram') {
      const points: ReadableDataPoint<ReadableHistogram>[] = [];
      for (const point of metric.points) {
        const base = this.#baseOf(point, delivered, next);
        if (base?.count === point.count) continue;
        const start = this.#startOf(point, base);
        const difference = base === undefined ? point : subtract(point, base, start);
        points.push(this.#histogramPoint(metric.bounds, difference, start, timeMillis));
      }
      return readableHistogram(metric.descriptor, aggregationTemporality, points);
    }
    const points: ReadableDataPoint<number>[] = [];
    for (const point of metric.points) {
      const base = this.#baseOf(point, delivered, next);
      // Nothing was recorded. What is observed is observed each time.
      if (base?.value === point.value && metric.isObservable !== true) continue;
      const isReset = metric.kind === 'counter' && base !== undefined && base.value > point.value;
      const value = base === undefined || isReset ? point.value : point.value - base.value;
      points.push(this.#numberPoint(point, value, this.#startOf(point, base), timeMillis));
    }
    return readableNumbers(metric, aggregationTemporality, points);
  }

  /** The delivered point of the same series; undefined where the series is new or began again. */
  #baseOf<P extends NumberPoint | HistogramPoint>(
    point: P,
    delivered: DeliveredPoints | undefined,
    next: DeliveredPoints,
  ): P | undefined {
    const key = this.#keyOf(point.attributes);
    next.set(key, point);
    const base = delivered?.get(key) as P | undefined;
    return base?.startTimeMillis === point.startTimeMillis ? base : undefined;
  }

  #startOf(point: NumberPoint | HistogramPoint, base: object | undefined): number {
    return base === undefined ? point.startTimeMillis : this.#deliveredMillis;
  }

  #keyOf(attributes: MetricAttributes): string {
    let key = this.#keys.get(attributes);
    if (key === undefined) {
      const entries = Object.entries(attributes);
      key = JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
      this.#keys.set(attributes, key);
    }
    return key;
  }

  #numberPoint(
    { attributes }: NumberPoint,
    value: number,
    startMillis: number,
    endMillis: number,
  ): ReadableDataPoint<number> {
    return {
      startTime: this.#time(startMillis),
      endTime: this.#time(endMillis),
      attributes: attributes as Attributes,
      value,
    };
  }

  #histogramPoint(
    bounds: readonly number[],
    { attributes, count, sum, min, max, bucketCounts, exemplars }: HistogramPoint,
    startMillis: number,
    endMillis: number,
  ): ReadableDataPoint<ReadableHistogram> {
    return {
      startTime: this.#time(startMillis),
      endTime: this.#time(endMillis),
      attributes: attributes as Attributes,
      value: {
        buckets: { boundaries: bounds as number[], counts: bucketCounts as number[] },
        count,
        sum,
        ...(min !== undefined && { min }),
        ...(max !== undefined && { max }),
      },
      ...(exemplars.length > 0 && { exemplars: exemplars.map(readableExemplar) }),
    };
  }

  #time(epochMillis: number): ReturnType<typeof toHrTime> {
    if (epochMillis !== this.#lastTimeMillis) {
      this.#lastTimeMillis = epochMillis;
      this.#lastTime = toHrTime(0, epochMillis);
    }
    return this.#lastTime;
  }
}

function addTo(points: Map<string, DeliveredPoints>, key: string): DeliveredPoints {
  const added: DeliveredPoints = new Map();
  points.set(key, added);
  return added;
}

/** Minimum and maximum of an interval are unknown: those of the snapshot are of all values. */
function subtract(
  point: HistogramPoint,
  base: HistogramPoint,
  startTimeMillis: number,
): HistogramPoint {
  return {
    attributes: point.attributes,
    startTimeMillis,
    count: point.count - base.count,
    sum: point.sum - base.sum,
    min: undefined,
    max: undefined,
    bucketCounts: point.bucketCounts.map((count, index) => count - (base.bucketCounts[index] ?? 0)),
    exemplars: point.exemplars.filter(({ timeMillis }) => timeMillis >= startTimeMillis),
  };
}

function readableNumbers(
  metric: Exclude<MetricData, { kind: 'histogram' }>,
  aggregationTemporality: AggregationTemporality,
  dataPoints: ReadableDataPoint<number>[],
): ReadableMetric {
  const descriptor = readableDescriptor(metric.descriptor);
  if (metric.kind === 'gauge') {
    const { GAUGE } = DataPointType;
    return { descriptor, aggregationTemporality, dataPointType: GAUGE, dataPoints };
  }
  const isMonotonic = metric.kind === 'counter';
  const { SUM } = DataPointType;
  return { descriptor, aggregationTemporality, dataPointType: SUM, isMonotonic, dataPoints };
}

function readableHistogram(
  descriptor: MetricDescriptor,
  aggregationTemporality: AggregationTemporality,
  dataPoints: ReadableDataPoint<ReadableHistogram>[],
): ReadableMetric {
  return {
    descriptor: readableDescriptor(descriptor),
    aggregationTemporality,
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints,
  };
}

function readableDescriptor({
  name,
  description,
  unit,
}: MetricDescriptor): ReadableMetricDescriptor {
  return { name, description, unit, valueType: ValueType.DOUBLE };
}

function readableExemplar({ value, timeMillis, traceId, spanId }: Exemplar): ReadableExemplar {
  return { value, timestamp: toHrTime(0, timeMillis), traceId, spanId };
}

function instrumentTypeOf(metric: MetricData): InstrumentType {
  if (metric.kind === 'histogram') return 'HISTOGRAM';
  const type = metric.kind.toUpperCase() as 'COUNTER' | 'GAUGE' | 'UP_DOWN_COUNTER';
  return metric.isObservable === true ? `OBSERVABLE_${type}` : type;
}

function askForTemporalities(
  exporter: MetricExporter,
  diagnostics: Diagnostics,
): ReadonlyMap<InstrumentType, AggregationTemporality> {
  const { DELTA, CUMULATIVE } = AggregationTemporality;
  const ask = (type: InstrumentType): AggregationTemporality => {
    try {
      return exporter.selectAggregationTemporality?.(type) === DELTA ? DELTA : CUMULATIVE;
    } catch (error) {
      diagnostics.report(
        'A metric exporter threw when it was asked for the temporality; its values are cumulative',
        error,
      );
      return CUMULATIVE;
    }
  };
  return new Map(INSTRUMENT_TYPES.map((type) => [type, ask(type)]));
}
