import type { PartTypes, TracingParts, TracingSettings } from '../assembly/index.js';
import type { MetricsOptions } from '../metrics/index.js';
import type { PrometheusEndpointOptions } from './metrics/index.js';
import type { ProviderTracingOptions } from './provider-spans/index.js';
import type { TracingPart } from './tracing-part.js';

/** Options of the metrics of a Nest application. */
export interface NestMetricsOptions extends MetricsOptions {
  /**
   * True adds `TracingMetricsController`, which answers scrapes by Prometheus under `/metrics`; an object says the path.
   * With `forRootAsync`, pass `prometheus` beside the factory, because Nest wants to know the controllers before the
   * options.
   * @default false
   */
  readonly prometheus?: boolean | PrometheusEndpointOptions;
}

/** Options of `TracingModule.forRoot`. Each part is an instance, a class, or a provider without its token. */
export interface TracingOptions
  extends TracingSettings,
    TracingParts<{ [K in keyof PartTypes]: TracingPart<PartTypes[K]> }> {
  /**
   * Metrics of all operations, as `createTracing` has them, and where Prometheus scrapes them.
   * @default false, unless the option `metricExporter` is set or `OTEL_METRICS_EXPORTER` names an exporter
   */
  readonly metrics?: boolean | NestMetricsOptions;
  /**
   * True traces each public method of the application's providers and controllers, as `@Traced()` on each of them
   * does. An object selects methods. Guards, pipes, interceptors, filters and middleware are not providers in
   * this sense.
   * @default false
   */
  readonly providers?: boolean | ProviderTracingOptions;
  /**
   * True makes a trace of each start of the application: the lifecycle hooks, with the work that they do, and the
   * servers that begin to listen.
   * @default false
   */
  readonly bootstrap?: boolean;
}
