import type { Resource } from '../trace/index.js';

/** The attributes of a series, or of a recorded value. */
export type MetricAttributes = Readonly<Record<string, string | number | boolean>>;

/** What a metric is. Spec: `metrics/data-model.md`, "Point kinds". */
export interface MetricDescriptor {
  /** Such as `http.server.request.duration`. */
  readonly name: string;
  readonly description: string;
  /** In UCUM: `s`, `By`, `{request}`; empty for none. */
  readonly unit: string;
}

/** A recorded value and the span that was active when it was recorded. Spec: `metrics/data-model.md`, "Exemplars". */
export interface Exemplar {
  readonly value: number;
  /** Epoch milliseconds, with a fraction. */
  readonly timeMillis: number;
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
}

/** The value of one series of a counter or gauge. */
export interface NumberPoint {
  readonly attributes: MetricAttributes;
  /** When the series began, in epoch milliseconds; for gauges the same for all. */
  readonly startTimeMillis: number;
  readonly value: number;
}

/** The distribution of the values of one series. */
export interface HistogramPoint {
  readonly attributes: MetricAttributes;
  /** When the series began, in epoch milliseconds. */
  readonly startTimeMillis: number;
  readonly count: number;
  readonly sum: number;
  /** Of all values since the start; undefined without values. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** One more than `bounds`: the last one counts values above the greatest bound. A bound is inclusive. */
  readonly bucketCounts: readonly number[];
  /** At most one for each bucket. */
  readonly exemplars: readonly Exemplar[];
}

/** One metric with all of its series at one time. Values are cumulative: they count since the start of a series. */
export type MetricData =
  | {
      readonly kind: 'counter' | 'up_down_counter' | 'gauge';
      readonly descriptor: MetricDescriptor;
      /** True for an observable instrument. @default false */
      readonly isObservable?: boolean;
      readonly points: readonly NumberPoint[];
    }
  | {
      readonly kind: 'histogram';
      readonly descriptor: MetricDescriptor;
      /** Upper bounds of the buckets, ascending, the same for all points. */
      readonly bounds: readonly number[];
      readonly points: readonly HistogramPoint[];
    };

/** The metrics of one instrumentation scope. */
export interface ScopeMetrics {
  readonly scope: { readonly name: string; readonly version?: string };
  readonly metrics: readonly MetricData[];
}

/** All metrics of an application at one time. */
export interface MetricsSnapshot {
  readonly resource: Resource;
  /** When the values were read, in epoch milliseconds, with a fraction. */
  readonly timeMillis: number;
  readonly scopes: readonly ScopeMetrics[];
}

/** Whoever reads metrics asks it. */
export interface MetricProducer {
  /**
   * Reads all metrics. Calls the callbacks of observable instruments; one that throws is reported and left out. Does not
   * throw. Several readers may ask at any time; none changes what others read.
   */
  collect(): MetricsSnapshot;
}
