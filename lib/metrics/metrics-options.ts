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
}

/** Spec: `metrics/sdk.md#cardinality-limits`. */
export const DEFAULT_MAX_SERIES_COUNT = 2000;
