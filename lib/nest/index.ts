export { createTracing } from './create-tracing.js';
export type { PropagatorNames } from './default-parts.js';
export type { EnvironmentPropagatorName } from './environment.js';
export {
  type FailingExporter,
  type TracingHealth,
  TracingHealthIndicator,
  type TracingHealthOptions,
} from './health-indicator.js';
export type { Part } from './part.js';
export type { InFlightOptions, SpanInFlight } from './spans-in-flight.js';
export {
  CLOCK,
  ID_GENERATOR,
  PROPAGATOR,
  SAMPLER,
  SPAN_EXPORTER,
  SPAN_PROCESSORS,
  TRACING_OPTIONS,
} from './tokens.js';
export { Tracing } from './tracing.js';
export {
  type TracingAsyncOptions,
  TracingModule,
  type TracingModuleExtras,
  type TracingOptionsFactory,
} from './tracing.module.js';
export type {
  BatchOptions,
  PartTypes,
  StandaloneTracingOptions,
  TracingOptions,
  TracingParts,
  TracingSettings,
} from './tracing-options.js';
export {
  type PipelineStatistics,
  type SamplerCounts,
  type TracingCounts,
  TracingStatistics,
} from './tracing-statistics.js';
