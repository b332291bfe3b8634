import { checkChoice } from '../option-checks.js';
import { type ExportResult, ExportResultCode } from './exporter.js';
import {
  type MetricExporter,
  TEMPORALITY_PREFERENCES,
  type TemporalityPreference,
  temporalityOf,
} from './metric-exporter.js';
import type {
  AggregationTemporality,
  InstrumentType,
  ReadableMetrics,
} from './readable-metrics.js';

/** Options of {@link InMemoryMetricExporter}. */
export interface InMemoryMetricExporterOptions {
  /** Since when exported values count, as for `OtlpMetricExporter`. @default 'cumulative' */
  readonly temporalityPreference?: TemporalityPreference;
}

/** Keeps all exports in memory, without a limit: for tests. */
export class InMemoryMetricExporter implements MetricExporter {
  readonly #preference: TemporalityPreference;
  #metrics: ReadableMetrics[] = [];
  #isShutDown = false;

  /** @throws TracingConfigError for an unknown preference */
  constructor({ temporalityPreference }: InMemoryMetricExporterOptions = {}) {
    this.#preference = checkChoice(
      'InMemoryMetricExporter.temporalityPreference',
      temporalityPreference,
      'cumulative',
      TEMPORALITY_PREFERENCES,
    );
  }

  export(metrics: ReadableMetrics, resultCallback: (result: ExportResult) => void): void {
    if (this.#isShutDown) {
      const error = new Error('The exporter is shut down');
      resultCallback({ code: ExportResultCode.FAILED, error });
      return;
    }
    this.#metrics.push(metrics);
    resultCallback({ code: ExportResultCode.SUCCESS });
  }

  /** The temporality that `temporalityPreference` says. */
  selectAggregationTemporality(instrumentType: InstrumentType): AggregationTemporality {
    return temporalityOf(this.#preference, instrumentType);
  }

  /** One entry for each export, oldest first. */
  getMetrics(): ReadableMetrics[] {
    return [...this.#metrics];
  }

  /** Removes all exports. */
  reset(): void {
    this.#metrics = [];
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  /** Later exports fail; the metrics can still be read. */
  shutdown(): Promise<void> {
    this.#isShutDown = true;
    return Promise.resolve();
  }
}
