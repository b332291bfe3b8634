export { createTracing } from './create-tracing.js';
export type { PropagatorNames } from './default-parts.js';
export type { EnvironmentPropagatorName } from './environment.js';
export type {
  ForeignLogEntry,
  ForeignLogger,
  ForeignLoggerProvider,
} from './foreign-provider/foreign-log-processor.js';
export type { ResourceDetectorName } from './resource-detection/detect-resource.js';
export type { InFlightOptions, SpanInFlight } from './spans-in-flight.js';
export { Tracing } from './tracing.js';
export type {
  BatchOptions,
  ExceptionSignal,
  PartTypes,
  StandaloneTracingOptions,
  TracingParts,
  TracingSettings,
} from './tracing-options.js';
export {
  type LogStatistics,
  type MetricStatistics,
  type PipelineStatistics,
  type SamplerCounts,
  type TracingCounts,
  TracingStatistics,
} from './tracing-statistics.js';
