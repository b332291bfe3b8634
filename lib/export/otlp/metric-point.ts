import type { InstrumentationScope, Resource } from '../../trace/index.js';
import type { ReadableMetric, ReadableMetrics } from '../readable-metrics.js';

/**
 * A data point of a metric: what OTLP counts, so that requests are limited, divided and rejected by data points, as
 * they are by spans.
 */
export interface MetricPoint {
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  readonly metric: ReadableMetric;
  /** The index of the point in the metric. */
  readonly index: number;
}

/** All data points, those of one metric one after the other. */
export function metricPointsOf({ resource, scopeMetrics }: ReadableMetrics): MetricPoint[] {
  const points: MetricPoint[] = [];
  for (const { scope: instrumentationScope, metrics } of scopeMetrics) {
    for (const metric of metrics) {
      for (let index = 0; index < metric.dataPoints.length; index++) {
        points.push({ resource, instrumentationScope, metric, index });
      }
    }
  }
  return points;
}
