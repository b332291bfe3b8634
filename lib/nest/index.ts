export {
  type FailingExporter,
  type TracingHealth,
  TracingHealthIndicator,
  type TracingHealthOptions,
} from './health-indicator.js';
export { TracedLogger } from './logging/index.js';
export type {
  ProviderClass,
  ProviderMethodInfo,
  ProviderRule,
  ProviderTracingOptions,
} from './provider-spans/index.js';
export {
  CLOCK,
  ID_GENERATOR,
  LOG_RECORD_EXPORTER,
  METRIC_EXPORTER,
  PROPAGATOR,
  SAMPLER,
  SPAN_EXPORTER,
  SPAN_PROCESSORS,
  TRACING_OPTIONS,
} from './tokens.js';
export {
  type TracingAsyncOptions,
  TracingModule,
  type TracingModuleExtras,
  type TracingOptionsFactory,
} from './tracing.module.js';
export type { NestMetricsOptions, TracingOptions } from './tracing-module-options.js';
export type { TracingPart } from './tracing-part.js';
