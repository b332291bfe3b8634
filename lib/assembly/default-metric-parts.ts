import { PeriodicMetricReader } from '../delivery/index.js';
import type { Diagnostics } from '../diagnostics.js';
import {
  ConsoleMetricExporter,
  type GrpcPackage,
  type MetricExporter,
  OtlpGrpcMetricExporter,
  OtlpMetricExporter,
} from '../export/index.js';
import { checkGrpcPackage } from '../export/otlp-grpc/grpc-package.js';
import type { MetricsRegistry } from '../metrics/index.js';
import { checkMillis } from '../option-checks.js';
import { checkMetricExporter } from './check-parts.js';
import { createConfiguredMetricExporter } from './configuration-file/configured-exporters.js';
import { deliveryTimeoutMillis } from './default-parts.js';
import type { EnvironmentSettings } from './environment.js';
import { createOtlpExporter } from './otlp-from-environment.js';
import type { TracingSettings } from './tracing-options.js';
import { UnusableMetricExporter } from './unusable-exporter.js';

/**
 * Creates the metric exporter for applications with metrics and without the option `metricExporter`: that of
 * `OTEL_METRICS_EXPORTER`; else OTLP if a variable sets an endpoint for it.
 *
 * @param grpcPackage the package `@grpc/grpc-js`, for `OTEL_EXPORTER_OTLP_PROTOCOL=grpc`
 * @throws TracingConfigError for a `grpcPackage` that is not the package `@grpc/grpc-js`
 */
export function createDefaultMetricExporter(
  { metricExporterName, metrics, configured }: EnvironmentSettings,
  diagnostics: Diagnostics,
  grpcPackage?: GrpcPackage,
): MetricExporter | undefined {
  if (configured !== undefined) {
    const { exporter } = configured.metrics ?? {};
    return exporter && createConfiguredMetricExporter(exporter, diagnostics, grpcPackage);
  }
  const name = metricExporterName ?? (metrics.hasOtlpEndpoint ? 'otlp' : 'none');
  if (name === 'console') return new ConsoleMetricExporter();
  if (name !== 'otlp') return undefined;
  if (grpcPackage !== undefined) checkGrpcPackage(grpcPackage);
  const { temporalityPreference } = metrics;
  const preference = temporalityPreference === undefined ? {} : { temporalityPreference };
  try {
    return createOtlpExporter<MetricExporter>(
      {
        variablePart: '[METRICS_]',
        createHttp: (options) => new OtlpMetricExporter({ ...options, ...preference }),
        createGrpc: (options) => new OtlpGrpcMetricExporter({ ...options, ...preference }),
      },
      metrics,
      diagnostics,
      grpcPackage,
    );
  } catch (error) {
    const exporter = new UnusableMetricExporter((error as Error).message);
    diagnostics.say(exporter.reason.message);
    return exporter;
  }
}

/** What decides how the metrics of an application are exported. */
export interface MetricReaderParts {
  readonly registry: MetricsRegistry;
  readonly exporter: MetricExporter | undefined;
  /** Whether the exporter belongs to the user. */
  readonly exporterStaysOpen: boolean;
  /** True if a registered meter provider gets the values, and the exporter only what is recorded without one. */
  readonly yieldsToMeterProvider: boolean;
}

/**
 * Creates the reader that exports the metrics of an application.
 *
 * @returns undefined for an application without metrics or without a metric exporter
 * @throws TracingConfigError for a value that is not an exporter, and for invalid options
 */
export function createMetricReader(
  { registry, exporter, exporterStaysOpen, yieldsToMeterProvider }: MetricReaderParts,
  settings: TracingSettings,
  { metrics: environment }: EnvironmentSettings,
  diagnostics: Diagnostics,
): PeriodicMetricReader | undefined {
  const options = typeof settings.metrics === 'object' ? settings.metrics : {};
  const intervalMillis = checkMillis(
    'metrics.exportIntervalMillis',
    options.exportIntervalMillis,
    environment.intervalMillis ?? 60_000,
    1,
  );
  const timeoutMillis = checkMillis(
    'metrics.exportTimeoutMillis',
    options.exportTimeoutMillis,
    environment.timeoutMillis ?? 30_000,
    1,
  );
  if (exporter !== undefined) checkMetricExporter(exporter);
  if (exporter === undefined || !registry.isEnabled) return undefined;
  if (!yieldsToMeterProvider) registry.addReader();
  return new PeriodicMetricReader(registry, exporter, {
    intervalMillis,
    timeoutMillis,
    exporterStaysOpen,
    shutdownTimeoutMillis: deliveryTimeoutMillis(settings),
    diagnostics,
  });
}
