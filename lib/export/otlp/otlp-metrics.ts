import { checkChoice } from '../../option-checks.js';
import { EncodingExporter, type EncodingExporterOptions } from '../encoding-exporter.js';
import type { ExportControl, ExportResult } from '../exporter.js';
import {
  type MetricExporter,
  TEMPORALITY_PREFERENCES,
  type TemporalityPreference,
  temporalityOf,
} from '../metric-exporter.js';
import type {
  AggregationTemporality,
  InstrumentType,
  ReadableMetrics,
} from '../readable-metrics.js';
import { type MetricPoint, metricPointsOf } from './metric-point.js';

/** What the exporters of metrics add to the options of the other OTLP exporters. */
export interface OtlpTemporalityOptions {
  /**
   * Since when exported values count: `cumulative` since the start of a series, `delta` since the last delivered
   * export, `lowmemory` as `delta` but observable counters since the start.
   *
   * @default 'cumulative'
   */
  readonly temporalityPreference?: TemporalityPreference;
}

/** Sends metrics by OTLP. Its exports are encoded, limited, sent and counted as those of spans, by data points. */
export class EncodingMetricExporter implements MetricExporter {
  readonly #exporter: EncodingExporter<MetricPoint>;
  readonly #preference: TemporalityPreference;

  /** @throws TracingConfigError for an option that cannot be used */
  constructor(
    options: EncodingExporterOptions<MetricPoint>,
    { temporalityPreference }: OtlpTemporalityOptions,
  ) {
    this.#exporter = new EncodingExporter(options);
    this.#preference = checkChoice(
      `${options.owner}.temporalityPreference`,
      temporalityPreference,
      'cumulative',
      TEMPORALITY_PREFERENCES,
    );
  }

  export(
    metrics: ReadableMetrics,
    resultCallback: (result: ExportResult) => void,
    control?: ExportControl,
  ): void {
    this.#exporter.export(metricPointsOf(metrics), resultCallback, control);
  }

  /** The temporality that `temporalityPreference` says. */
  selectAggregationTemporality(instrumentType: InstrumentType): AggregationTemporality {
    return temporalityOf(this.#preference, instrumentType);
  }

  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush();
  }

  /** An export under way has a second left, and is not tried again. */
  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}
