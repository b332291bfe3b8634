import {
  DEFAULT_MAX_SERIES_COUNT,
  MetricsRegistry,
  OperationDurations,
  recordProcessMetrics,
} from '../metrics/index.js';
import { checkBoolean, checkCount, checkOption } from '../option-checks.js';
import type { Tracer } from '../trace/index.js';
import type { EnvironmentSettings } from './environment.js';
import type { TracingSettings } from './tracing-options.js';

const MAX_SERIES_COUNT = 1_000_000;

/**
 * Creates the metrics of an application, and lets the rooms that trace its traffic record to them.
 *
 * @param hasExporter whether the option `metricExporter` is set, which switches metrics on
 * @param isRecording false for an application whose tracing is switched off: it has no metrics either
 * @throws TracingConfigError for invalid options
 */
export function createMetrics(
  tracer: Tracer,
  { metrics }: TracingSettings,
  { metricExporterName, metrics: environment }: EnvironmentSettings,
  hasExporter: boolean,
  isRecording: boolean,
): MetricsRegistry {
  checkOption(
    metrics === undefined || typeof metrics === 'boolean' || isObject(metrics),
    'metrics',
    'must be true, false or an object',
    metrics,
    'Write metrics: true, or leave the option out.',
  );
  const options = isObject(metrics) ? metrics : {};
  const hasDurations = checkBoolean('metrics.durations', options.durations, true);
  const hasServerAddress = checkBoolean('metrics.serverAddress', options.serverAddress, false);
  const maxSeriesCount = checkCount(
    'metrics.maxSeriesCount',
    options.maxSeriesCount,
    environment.maxSeriesCount ?? DEFAULT_MAX_SERIES_COUNT,
    2,
    MAX_SERIES_COUNT,
  );
  checkBoolean('metrics.process', options.process, false);
  const isExported = hasExporter || isNamed(metricExporterName);
  const isEnabled = isRecording && (metrics === undefined ? isExported : metrics !== false);
  const registry = createRegistry(tracer, isEnabled, maxSeriesCount);
  if (isEnabled) {
    const { core } = tracer;
    const settings = { hasDurations, hasServerAddress };
    tracer.application.metrics = new OperationDurations(registry, () => core.now(0), settings);
  }
  return registry;
}

/**
 * Returns where the counts of the tracing itself are metrics: the registry of the application. Without the option
 * `metrics` it is another one that nobody reads, so that they go to a registered meter provider only.
 */
export function registryOfSelf(registry: MetricsRegistry, tracer: Tracer): MetricsRegistry {
  if (registry.isEnabled) return registry;
  // A meter provider has times of its own, and a clock that a test sets must not be read.
  return createRegistry(tracer, true, DEFAULT_MAX_SERIES_COUNT, () => 0);
}

function createRegistry(
  { core, diagnostics }: Tracer,
  isEnabled: boolean,
  maxSeriesCount: number,
  timeMillis = (): number => {
    const now = core.now(0);
    return core.anchor().originEpochMillis + now;
  },
): MetricsRegistry {
  const { resource } = core;
  return new MetricsRegistry({ resource, diagnostics, isEnabled, maxSeriesCount, timeMillis });
}

/**
 * Records the metrics of the process, where the option `metrics.process` is true.
 *
 * @returns a function that stops it
 */
export function startProcessMetrics(
  registry: MetricsRegistry,
  { metrics }: TracingSettings,
): () => void {
  const isWanted = registry.isEnabled && isObject(metrics) && metrics.process === true;
  return isWanted ? recordProcessMetrics(registry) : () => {};
}

function isNamed(exporterName: EnvironmentSettings['metricExporterName']): boolean {
  return exporterName !== undefined && exporterName !== 'none';
}

function isObject<T>(value: T): value is T & object {
  return typeof value === 'object' && value !== null;
}
