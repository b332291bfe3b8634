import type { Context } from '@opentelemetry/api';

/** The attributes of a recorded value. */
export type MetricValues = Readonly<Record<string, string | number | boolean>>;

/** What a metric tells about itself. */
export interface InstrumentOptions {
  /** What the metric measures, for people. @default '' */
  readonly description?: string;
  /** The unit in UCUM: `s`, `By`, `{order}`. At most 63 ASCII characters. @default '' */
  readonly unit?: string;
}

/** Options of a histogram. */
export interface HistogramOptions extends InstrumentOptions {
  /**
   * The upper bounds of the buckets, ascending and in the unit of the metric; a bound belongs to its bucket.
   * @default those of the semantic conventions for durations in seconds, from 0.005 to 10
   */
  readonly bounds?: readonly number[];
}

/** A sum: of a counter, which only grows, or of an up-down counter. */
export interface Counter {
  /**
   * Adds to the sum. Does not throw.
   *
   * @param value finite, and at least 0 for a counter that only grows; any other value is dropped, and reported once
   * @param attributes of few values: strings, numbers and booleans
   */
  add(value: number, attributes?: MetricValues): void;
}

/** The distribution of values, such as durations. */
export interface Histogram {
  /**
   * Records a value. The span of the context becomes its exemplar if it is sampled. Does not throw.
   *
   * @param value finite and at least 0; any other value is dropped, and reported once
   * @param attributes of few values: strings, numbers and booleans
   * @param context @default the active context
   */
  record(value: number, attributes?: MetricValues, context?: Context): void;
}
