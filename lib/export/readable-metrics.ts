import type { Attributes, HrTime } from '@opentelemetry/api';
import type { InstrumentationScope, Resource } from '../trace/index.js';

// The shapes of OpenTelemetry's `ResourceMetrics`, so that its exporters can read what this library collects, and
// the exporters of this library what an SDK of OpenTelemetry collects.

/** `AggregationTemporality` of OpenTelemetry, by value. Spec: `metrics/data-model.md#temporality`. */
export const AggregationTemporality = {
  /** A value counts since the last delivered export. */
  DELTA: 0,
  /** A value counts since the start of its series. */
  CUMULATIVE: 1,
} as const;
export type AggregationTemporality =
  (typeof AggregationTemporality)[keyof typeof AggregationTemporality];

/** `DataPointType` of OpenTelemetry, by value. Spec: `metrics/data-model.md#metric-points`. */
export const DataPointType = {
  /** Counts of values in buckets with explicit bounds. */
  HISTOGRAM: 0,
  /** Counts of values in buckets whose bounds are powers of a base. */
  EXPONENTIAL_HISTOGRAM: 1,
  /** The value at one time. */
  GAUGE: 2,
  /** A sum. */
  SUM: 3,
} as const;
export type DataPointType = (typeof DataPointType)[keyof typeof DataPointType];

/** `InstrumentType` of OpenTelemetry, by value. */
export type InstrumentType =
  | 'COUNTER'
  | 'GAUGE'
  | 'HISTOGRAM'
  | 'UP_DOWN_COUNTER'
  | 'OBSERVABLE_COUNTER'
  | 'OBSERVABLE_GAUGE'
  | 'OBSERVABLE_UP_DOWN_COUNTER';

/** What a metric is. */
export interface ReadableMetricDescriptor {
  /** Such as `http.server.request.duration`. */
  readonly name: string;
  /** For people; may be empty. */
  readonly description: string;
  /** In UCUM: `s`, `By`, `{request}`; empty for none. */
  readonly unit: string;
  /** `ValueType` of `@opentelemetry/api`: 0 for integers, 1 for doubles. */
  readonly valueType: number;
}

/** A recorded value and the span that was active when it was recorded. Spec: `metrics/data-model.md#exemplars`. */
export interface ReadableExemplar {
  /** The recorded value. */
  readonly value: number;
  /** When it was recorded. */
  readonly timestamp: HrTime;
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
}

/** The value of one series in an interval. */
export interface ReadableDataPoint<V> {
  /** When the interval begins. */
  readonly startTime: HrTime;
  /** When the value was read. */
  readonly endTime: HrTime;
  /** They tell the series of one metric apart. */
  readonly attributes: Attributes;
  /** A number, or a distribution. */
  readonly value: V;
  /** @default none. The SDK of OpenTelemetry for JavaScript has none. */
  readonly exemplars?: readonly ReadableExemplar[];
}

/** The value of a point of a histogram. */
export interface ReadableHistogram {
  /** One more count than bounds; a bound is inclusive. */
  readonly buckets: {
    /** Upper bounds, ascending. */
    readonly boundaries: number[];
    /** The last one counts values above the greatest bound. */
    readonly counts: number[];
  };
  /** Number of values. */
  readonly count: number;
  /** @default unknown */
  readonly sum?: number;
  /** @default unknown */
  readonly min?: number;
  /** @default unknown */
  readonly max?: number;
}

/** The value of a point of an exponential histogram. Spec: `metrics/data-model.md#exponentialhistogram`. */
export interface ReadableExponentialHistogram {
  /** Number of values. */
  readonly count: number;
  /** @default unknown */
  readonly sum?: number;
  /** The base of the bounds is 2 to the power of 2 to the power of `-scale`. */
  readonly scale: number;
  /** Number of values that are zero. */
  readonly zeroCount: number;
  /** Buckets of positive values. */
  readonly positive: ExponentialBuckets;
  /** Buckets of negative values. */
  readonly negative: ExponentialBuckets;
  /** @default unknown */
  readonly min?: number;
  /** @default unknown */
  readonly max?: number;
}

/** Consecutive buckets of an exponential histogram. */
export interface ExponentialBuckets {
  /** The index of the first bucket. */
  readonly offset: number;
  /** One count for each bucket. */
  readonly bucketCounts: number[];
}

/** A metric with points of one type. */
export interface ReadableMetricOf<T extends DataPointType, V> {
  /** What the metric is. */
  readonly descriptor: ReadableMetricDescriptor;
  /** Since when the values count. */
  readonly aggregationTemporality: AggregationTemporality;
  /** What the points are. */
  readonly dataPointType: T;
  /** One point for each series. */
  readonly dataPoints: ReadableDataPoint<V>[];
}

/** A sum with all of its series. */
export interface ReadableSum extends ReadableMetricOf<typeof DataPointType.SUM, number> {
  /** True if the sum never falls. */
  readonly isMonotonic: boolean;
}

/** One metric with all of its series. */
export type ReadableMetric =
  | ReadableSum
  | ReadableMetricOf<typeof DataPointType.GAUGE, number>
  | ReadableMetricOf<typeof DataPointType.HISTOGRAM, ReadableHistogram>
  | ReadableMetricOf<typeof DataPointType.EXPONENTIAL_HISTOGRAM, ReadableExponentialHistogram>;

/** The metrics of one instrumentation scope. */
export interface ReadableScopeMetrics {
  /** Which library or part recorded the metrics. */
  readonly scope: InstrumentationScope;
  /** In the order of their creation. */
  readonly metrics: ReadableMetric[];
}

/** All metrics of an application at one time: `ResourceMetrics` of OpenTelemetry. */
export interface ReadableMetrics {
  /** The application. */
  readonly resource: Resource;
  /** One entry for each scope. */
  readonly scopeMetrics: ReadableScopeMetrics[];
}

/** Number of data points, which is what exports of metrics count. */
export function countDataPoints({ scopeMetrics }: ReadableMetrics): number {
  let count = 0;
  for (const { metrics } of scopeMetrics) {
    for (const { dataPoints } of metrics) count += dataPoints.length;
  }
  return count;
}
