import type { ExportControl, ExportResult } from './exporter.js';
import type {
  AggregationTemporality,
  InstrumentType,
  ReadableMetrics,
} from './readable-metrics.js';

/**
 * Delivers metrics. The interface is `PushMetricExporter` of OpenTelemetry, so its exporters fit unchanged, and the
 * exporters of this library fit into its `PeriodicExportingMetricReader`; {@link ExportControl} is an addition, and
 * optional.
 *
 * A reader calls `export` with tracing suppressed, and again only when the last export has called back or timed out.
 * The exporter retries and times out by itself. An exporter that was passed as an instance is flushed when the
 * application closes, and not shut down.
 *
 * Spec: `metrics/sdk.md#push-metric-exporter`.
 */
export interface MetricExporter {
  /** Delivers the metrics, and calls back once when the outcome is known. Counts are in data points. */
  export(
    metrics: ReadableMetrics,
    resultCallback: (result: ExportResult) => void,
    control?: ExportControl,
  ): void;
  /** Resolves when every export that began before the call has a result. */
  forceFlush(): Promise<void>;
  /** Called once, after the last export; may be called while one is under way. */
  shutdown(): Promise<void>;
  /**
   * Since when the values of an instrument count. Asked when a reader is created.
   *
   * @default cumulative for all instruments
   */
  selectAggregationTemporality?(instrumentType: InstrumentType): AggregationTemporality;
}

/**
 * Since when exported values count.
 *
 * - `cumulative`: all since the start of their series. A lost export loses no counts.
 * - `delta`: counters and histograms since the last delivered export; up-down counters since the start.
 * - `lowmemory`: as `delta`, but observable counters since the start, so that no reader keeps their last values.
 *
 * Spec: `metrics/sdk_exporters/otlp.md`, `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`.
 */
export type TemporalityPreference = 'cumulative' | 'delta' | 'lowmemory';

export const TEMPORALITY_PREFERENCES: readonly TemporalityPreference[] = [
  'cumulative',
  'delta',
  'lowmemory',
];

const DELTA_INSTRUMENTS: Readonly<Record<TemporalityPreference, readonly InstrumentType[]>> = {
  cumulative: [],
  delta: ['COUNTER', 'OBSERVABLE_COUNTER', 'HISTOGRAM'],
  lowmemory: ['COUNTER', 'HISTOGRAM'],
};

/** The temporality of an instrument by a preference. */
export function temporalityOf(
  preference: TemporalityPreference,
  instrumentType: InstrumentType,
): AggregationTemporality {
  return DELTA_INSTRUMENTS[preference].includes(instrumentType) ? 0 : 1;
}
