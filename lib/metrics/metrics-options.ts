/** Options of the metrics of an application. */
export interface MetricsOptions {
  /**
   * Records the durations of HTTP requests, gRPC calls, database queries, messages and jobs, sampled or not, with the
   * names of the semantic conventions.
   * @default true
   */
  readonly durations?: boolean;
  /**
   * Adds `server.address` and `server.port` to the metrics of HTTP and gRPC servers. Clients choose the name in the
   * header `Host`, so leave it out on servers that accept any name.
   * @default false
   */
  readonly serverAddress?: boolean;
  /**
   * The greatest number of series of each metric: of different sets of attributes, from 2 to 1,000,000. Values of
   * further series are in one series with the attribute `otel.metric.overflow`.
   * @default 2000
   */
  readonly maxSeriesCount?: number;
  /**
   * Records event loop, garbage collection, heap, CPU and memory of the process: `nodejs.*`, `v8js.*`, `process.*`.
   * @default false
   */
  readonly process?: boolean;
  /**
   * The time between the beginnings of two exports, in milliseconds, from 1 on.
   * @default `OTEL_METRIC_EXPORT_INTERVAL`, else 60000
   */
  readonly exportIntervalMillis?: number;
  /**
   * When an export counts as failed and the next may begin, in milliseconds, from 1 on.
   * @default `OTEL_METRIC_EXPORT_TIMEOUT`, else 30000
   */
  readonly exportTimeoutMillis?: number;
}

/** Spec: `metrics/sdk.md#cardinality-limits`. */
export const DEFAULT_MAX_SERIES_COUNT = 2000;
