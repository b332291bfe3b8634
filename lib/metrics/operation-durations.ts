import type { Counter, Histogram } from '../context/index.js';
import {
  type DurationMetric,
  type DurationPlan,
  type HistogramOptions,
  type InstrumentOptions,
  type LocalSpan,
  type OperationMetrics,
  type SeriesPath,
  TracingContext,
} from '../context/index.js';
import type { HistogramInstrument } from './histogram.js';
import type { HistogramSeries } from './histogram-series.js';
import { attributesByKeys } from './metric-attributes.js';
import type { MetricsRegistry } from './metrics-registry.js';
import type { ObservableCallback } from './observable.js';
import { SeriesNode } from './series-tree.js';

/** What the settings of an application say about its durations. */
export interface OperationDurationsSettings {
  /** Whether the durations of traffic are recorded. @default true */
  readonly hasDurations?: boolean;
  /** Whether those of servers have `server.address`. @default false */
  readonly hasServerAddress?: boolean;
}

/** The durations of the operations of an application, in the histograms of its registry. */
export class OperationDurations implements OperationMetrics {
  readonly hasServerAddress: boolean;
  readonly #registry: MetricsRegistry;
  readonly #now: () => number;
  readonly #hasDurations: boolean;
  readonly #metrics = new Map<DurationPlan, DurationMetric>();

  /** @param now milliseconds of the clock of the application, since any zero; does not throw */
  constructor(
    registry: MetricsRegistry,
    now: () => number,
    { hasDurations = true, hasServerAddress = false }: OperationDurationsSettings = {},
  ) {
    this.#registry = registry;
    this.#now = now;
    this.#hasDurations = hasDurations;
    this.hasServerAddress = hasServerAddress;
  }

  now(): number {
    return this.#now();
  }

  counter(name: string, options: InstrumentOptions): Counter {
    return this.#registry.counter(name, options);
  }

  timer(name: string, options: HistogramOptions): Histogram {
    return this.#registry.histogram(name, { unit: 's', ...options });
  }

  observe(name: string, options: InstrumentOptions, read: ObservableCallback): void {
    this.#registry.observe('up_down_counter', name, options, read);
  }

  durations(plan: DurationPlan): DurationMetric | undefined {
    if (!this.#hasDurations) return undefined;
    let metric = this.#metrics.get(plan);
    if (metric === undefined) {
      const { name, description, bounds, attributes } = plan;
      const histogram = this.#registry.histogram(name, { description, unit: 's', bounds });
      // Histograms of a registry are of this class.
      metric = new DurationHistogram(histogram as HistogramInstrument, attributes, this.#now);
      this.#metrics.set(plan, metric);
    }
    return metric;
  }
}

class DurationHistogram implements DurationMetric {
  readonly root: SeriesNode<HistogramSeries>;
  // TypeScript's `private`, not `#`: these are read for each operation.
  private readonly attributesOf: ReturnType<typeof attributesByKeys>;

  constructor(
    private readonly histogram: HistogramInstrument,
    keys: readonly string[],
    private readonly now: () => number,
  ) {
    this.root = new SeriesNode(histogram.tree, undefined, undefined);
    this.attributesOf = attributesByKeys(keys);
  }

  record(path: SeriesPath, startMillis: number | undefined, span: LocalSpan | undefined): void {
    const { histogram } = this;
    const recordedMillis = span?.durationMillis;
    const millis = startMillis === undefined ? recordedMillis : this.now() - startMillis;
    const seconds = (millis ?? Number.NaN) / 1000;
    if (!histogram.accepts(seconds)) return;
    const node = path as SeriesNode<HistogramSeries>;
    const series = node.series ?? histogram.tree.seriesAt(node, this.attributesOf);
    const { ROOT } = TracingContext;
    const context = span === undefined || recordedMillis === undefined ? ROOT : ROOT.withSpan(span);
    histogram.recordIn(series, seconds, context);
  }
}
