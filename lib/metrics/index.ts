export type {
  Counter,
  Histogram,
  HistogramOptions,
  InstrumentOptions,
} from '../context/index.js';
export type {
  Exemplar,
  HistogramPoint,
  MetricAttributes,
  MetricData,
  MetricDescriptor,
  MetricProducer,
  MetricsSnapshot,
  NumberPoint,
  ScopeMetrics,
} from './metric-data.js';
export { DEFAULT_MAX_SERIES_COUNT, type MetricsOptions } from './metrics-options.js';
export { MetricsRegistry, type MetricsRegistryParts } from './metrics-registry.js';
export type { ObservableCallback, Observe } from './observable.js';
export { OperationDurations } from './operation-durations.js';
export { recordProcessMetrics } from './process/process-metrics.js';
