import type {
  Counter,
  Histogram,
  HistogramOptions,
  InstrumentOptions,
  MetricValues,
} from './instruments.js';
import type { LocalSpan } from './local-span.js';

/**
 * The metrics of an application, for rooms that trace its work. They reach it by `LocalTracer.application.metrics`,
 * which is undefined in an application without metrics: then an operation must not do anything for its duration.
 *
 * No method throws.
 */
export interface OperationMetrics {
  /** Whether the metrics of servers have `server.address` and `server.port`, which the conventions leave out. */
  readonly hasServerAddress: boolean;

  /** Milliseconds of the application's clock, with a fraction, since an arbitrary zero: the start of an operation. */
  now(): number;

  /**
   * Returns the histogram of a plan: the same one for the same plan. Several plans can share the name of a metric.
   *
   * @returns undefined if the application does not record the durations of its traffic
   */
  durations(plan: DurationPlan): DurationMetric | undefined;

  /** Returns the counter of a name, which the caller has checked. */
  counter(name: string, options: InstrumentOptions): Counter;

  /** Returns the histogram of a name, which the caller has checked; its values are seconds. */
  timer(name: string, options: HistogramOptions): Histogram;

  /**
   * Adds an up-down counter of a name that the caller has checked.
   *
   * @param read called with each collection; tells the values of now, one for each series
   */
  observe(
    name: string,
    options: InstrumentOptions,
    read: (tell: (value: number, attributes: MetricValues) => void) => void,
  ): void;
}

/** A histogram of durations in seconds, and the attributes of its series. */
export interface DurationPlan {
  /** Such as `http.server.request.duration`. */
  readonly name: string;
  /** What the metric measures, for people. */
  readonly description: string;
  /** Upper bounds of the buckets in seconds, ascending. */
  readonly bounds: readonly number[];
  /** The keys of the attributes, in the order in which {@link SeriesPath.with} gets their values. */
  readonly attributes: readonly string[];
}

/** A histogram of the durations of one kind of operation. */
export interface DurationMetric {
  /** The beginning of the paths to all series. */
  readonly root: SeriesPath;

  /**
   * Records the duration of an operation that has ended.
   *
   * @param path has a value, or undefined, for each attribute of the plan
   * @param startMillis a result of {@link OperationMetrics.now}; undefined for the duration of `span`, which was
   *   recorded and has ended
   * @param span the span of the operation, to which an exemplar refers if it is sampled; undefined for an operation
   *   without one, which needs a `startMillis`
   */
  record(path: SeriesPath, startMillis: number | undefined, span: LocalSpan | undefined): void;
}

/**
 * The values of the first attributes of a series. A path is the same object whenever its values are the same, so a
 * room can keep the path of values that it often needs.
 */
export interface SeriesPath {
  /** Adds the value of the next attribute of the plan; undefined if the series does not have the attribute. */
  with(value: string | number | boolean | undefined): SeriesPath;
}

/** Bounds of the conventions for HTTP, RPC and messages, in seconds. */
export const DURATION_BOUNDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];
