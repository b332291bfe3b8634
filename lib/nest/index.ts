export {
  type FailingExporter,
  type TracingHealth,
  TracingHealthIndicator,
  type TracingHealthOptions,
} from './health-indicator.js';
export type { Part } from './part.js';
export {
  CLOCK,
  ID_GENERATOR,
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
