import type { MetricData, MetricDescriptor, MetricsSnapshot } from '../metrics/metric-data.js';

/**
 * Knows which recorded values have been delivered, to tell what is lost if a process ends now. Values that are read by
 * callbacks are those of one moment, and cannot be lost.
 */
export class DeliveredValues {
  /** The numbers of the series at the last delivery. Series keep their attributes; different metrics can share them. */
  readonly #known = new WeakMap<MetricDescriptor, WeakMap<object, number>>();

  /** Notes that all values of a snapshot are delivered. */
  deliver(snapshot: MetricsSnapshot): void {
    forEachPoint(snapshot, ({ descriptor }, attributes, number) => {
      let series = this.#known.get(descriptor);
      if (series === undefined) {
        series = new WeakMap();
        this.#known.set(descriptor, series);
      }
      series.set(attributes, number);
    });
  }

  /** The number of data points whose values have changed since they were delivered. */
  countUndelivered(snapshot: MetricsSnapshot): number {
    let count = 0;
    forEachPoint(snapshot, ({ descriptor }, attributes, number) => {
      if (this.#known.get(descriptor)?.get(attributes) !== number) count++;
    });
    return count;
  }
}

/** Calls back with what changes by each recorded value: the number of values, or their sum. */
function forEachPoint(
  { scopes }: MetricsSnapshot,
  take: (metric: MetricData, attributes: object, number: number) => void,
): void {
  for (const metric of scopes.flatMap(({ metrics }) => metrics)) {
    if (metric.kind === 'histogram') {
      for (const { attributes, count } of metric.points) take(metric, attributes, count);
    } else if (metric.isObservable !== true) {
      for (const { attributes, value } of metric.points) take(metric, attributes, value);
    }
  }
}
