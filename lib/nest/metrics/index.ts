export {
  createMetricsController,
  type PrometheusEndpointOptions,
  TracingMetricsController,
} from './tracing-metrics.controller.js';
