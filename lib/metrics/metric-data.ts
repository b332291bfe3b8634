import type { Resource } from '../trace/index.js';

/** The attributes of a series, or of a recorded value. */
export type MetricAttributes = Readonly<Record<string, string | number | boolean>>;

/** What a metric is. Spec: `metrics/data-model.md`, "Point kinds". */
export interface MetricDescriptor {
  /** Such as `http.server.request.duration`. */
  readonly name: string;
  /** For people; may be empty. */
  readonly description: string;
  /** In UCUM: `s`, `By`, `{request}`; empty for none. */
  readonly unit: string;
}

/** A recorded value and the span that was active when it was recorded. Spec: `metrics/data-model.md`, "Exemplars". */
export interface Exemplar {
  /** The recorded value. */
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
  /** They tell the series of one metric apart. */
  readonly attributes: MetricAttributes;
  /** When the series began, in epoch milliseconds; for gauges the same for all. */
  readonly startTimeMillis: number;
  /** A sum since the start, or the value of a gauge. */
  readonly value: number;
}

/** The distribution of the values of one series. */
export interface HistogramPoint {
  /** They tell the series of one metric apart. */
  readonly attributes: MetricAttributes;
  /** When the series began, in epoch milliseconds. */
  readonly startTimeMillis: number;
  /** Number of values. */
  readonly count: number;
  /** Sum of all values. */
  readonly sum: number;
  /** The least of all values since the start; undefined without values. */
  readonly min: number | undefined;
  /** The greatest of all values since the start; undefined without values. */
  readonly max: number | undefined;
  /** One more than `bounds`: the last one counts values above the greatest bound. A bound is inclusive. */
  readonly bucketCounts: readonly number[];
  /** At most one for each bucket. */
  readonly exemplars: readonly Exemplar[];
}

/** One metric with all of its series at one time. Values are cumulative: they count since the start of a series. */
export type MetricData =
  | {
      /** A sum that never falls, one that may fall, or a value of its own. */
      readonly kind: 'counter' | 'up_down_counter' | 'gauge';
      /** Name, description and unit. */
      readonly descriptor: MetricDescriptor;
      /** True for an observable instrument. @default false */
      readonly isObservable?: boolean;
      /** One for each series. */
      readonly points: readonly NumberPoint[];
    }
  | {
      /** A distribution. */
      readonly kind: 'histogram';
      /** Name, description and unit. */
      readonly descriptor: MetricDescriptor;
      /** Upper bounds of the buckets, ascending, the same for all points. */
      readonly bounds: readonly number[];
      /** One for each series. */
      readonly points: readonly HistogramPoint[];
    };

/** The metrics of one instrumentation scope. */
export interface ScopeMetrics {
  /** The part of the application that recorded them. */
  readonly scope: {
    /** Such as the name of a package. */
    readonly name: string;
    /** @default none */
    readonly version?: string;
  };
  /** In the order of their creation. */
  readonly metrics: readonly MetricData[];
}

/** All metrics of an application at one time. */
export interface MetricsSnapshot {
  /** The application. */
  readonly resource: Resource;
  /** When the values were read, in epoch milliseconds, with a fraction. */
  readonly timeMillis: number;
  /** One entry for each scope with metrics. */
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
