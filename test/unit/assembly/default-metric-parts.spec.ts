import * as grpc from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import {
  createDefaultMetricExporter,
  createMetricReader,
} from '../../../lib/assembly/default-metric-parts.js';
import { readEnvironment } from '../../../lib/assembly/environment.js';
import type { EnvironmentVariables } from '../../../lib/assembly/environment-reader.js';
import { createTracing, type StandaloneTracingOptions } from '../../../lib/assembly/index.js';
import { UnusableMetricExporter } from '../../../lib/assembly/unusable-exporter.js';
import {
  ConsoleMetricExporter,
  type ExportResult,
  InMemoryMetricExporter,
  type MetricExporter,
  NoopSpanExporter,
  OtlpGrpcMetricExporter,
  OtlpMetricExporter,
} from '../../../lib/export/index.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { createRegistry } from '../../support/metrics-registry.js';

function create(variables: EnvironmentVariables, grpcPackage?: typeof grpc) {
  const diagnostics = new ReadDiagnostics();
  const environment = readEnvironment(diagnostics, variables);
  const exporter = createDefaultMetricExporter(environment, diagnostics, grpcPackage as never);
  return { exporter, lines: diagnostics.lines };
}

describe('createDefaultMetricExporter', () => {
  it.each<[EnvironmentVariables, unknown]>([
    [{}, undefined],
    [{ OTEL_METRICS_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c' }, undefined],
    [{ OTEL_METRICS_EXPORTER: 'prometheus' }, undefined],
    [{ OTEL_METRICS_EXPORTER: 'console' }, ConsoleMetricExporter],
    [{ OTEL_METRICS_EXPORTER: 'otlp' }, OtlpMetricExporter],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, OtlpMetricExporter],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://c:4318/v1/metrics' }, OtlpMetricExporter],
  ])('makes of %o', (variables, type) => {
    const { exporter, lines } = create(variables);
    expect(exporter?.constructor).toBe(type);
    expect(lines).toEqual([]);
  });

  it('takes the temporality, and speaks gRPC with the package', async () => {
    const variables = {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'Delta',
    };
    const { exporter } = create(variables, grpc);
    expect(exporter).toBeInstanceOf(OtlpGrpcMetricExporter);
    expect(exporter?.selectAggregationTemporality?.('COUNTER')).toBe(0);
    await exporter?.shutdown();
  });

  it('exports nothing where the environment asks for what cannot be, and says why', async () => {
    const { exporter, lines } = create({
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE: '/missing.pem',
    });
    expect(exporter).toBeInstanceOf(UnusableMetricExporter);
    const reason =
      'No data points are exported: the file that OTEL_EXPORTER_OTLP_[METRICS_]CERTIFICATE names, "/missing.pem", cannot be read (ENOENT). Correct the path or the permissions of the file, or unset the variable.';
    expect(lines).toEqual([reason]);
    const result = await new Promise<ExportResult>((resolve) =>
      exporter?.export({} as never, resolve),
    );
    expect(result).toEqual({ code: 1, error: new Error(reason) });
    await exporter?.forceFlush();
    await exporter?.shutdown();
  });
});

describe('createMetricReader', () => {
  function reader(
    settings: StandaloneTracingOptions,
    variables: EnvironmentVariables = {},
    given: MetricExporter | null = new InMemoryMetricExporter(),
    isEnabled = true,
  ) {
    const { registry } = createRegistry({ isEnabled });
    const diagnostics = new ReadDiagnostics();
    const environment = readEnvironment(diagnostics, variables);
    const exporter = given ?? undefined;
    const parts = { registry, exporter, exporterStaysOpen: true, yieldsToMeterProvider: false };
    return createMetricReader(parts, settings, environment, diagnostics);
  }

  it('needs metrics and an exporter', async () => {
    expect(reader({}, {}, null)).toBeUndefined();
    expect(reader({}, {}, new InMemoryMetricExporter(), false)).toBeUndefined();
    await reader({})?.shutdown();
  });

  it.each([
    [{ metrics: { exportIntervalMillis: -1 } }, /^metrics\.exportIntervalMillis must be/],
    [{ metrics: { exportTimeoutMillis: 0 } }, /^metrics\.exportTimeoutMillis must be/],
  ])('refuses %o', (settings, message) => {
    expect(() => reader(settings)).toThrow(message);
  });

  it('takes the interval of the environment, which an option overrides', async () => {
    const exporter = new InMemoryMetricExporter();
    const { registry } = createRegistry();
    registry.counter('orders').add(1);
    const environment = readEnvironment(new ReadDiagnostics(), {
      OTEL_METRIC_EXPORT_INTERVAL: '3600000',
      OTEL_METRIC_EXPORT_TIMEOUT: '5',
    });
    expect(environment.metrics).toMatchObject({ intervalMillis: 3_600_000, timeoutMillis: 5 });
    const created = createMetricReader(
      { registry, exporter, exporterStaysOpen: true, yieldsToMeterProvider: false },
      { metrics: { exportIntervalMillis: 5 } },
      environment,
      new ReadDiagnostics(),
    );
    const deadline = performance.now() + 5000;
    while (exporter.getMetrics().length < 2 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(exporter.getMetrics().length).toBeGreaterThanOrEqual(2);
    await created?.shutdown();
  });
});

describe('createTracing', () => {
  it('exports metrics, also of the process, and stops with the shutdown', async () => {
    const metricExporter = new InMemoryMetricExporter();
    const tracing = createTracing({
      exporter: new NoopSpanExporter(),
      metricExporter,
      metrics: { process: true },
      registerGlobally: false,
    });
    tracing.metrics.counter('orders').add(2);
    await tracing.forceFlush();
    const names = () =>
      metricExporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap(({ metrics }) => metrics)
        .map(({ descriptor }) => descriptor.name);
    expect(names()).toEqual(expect.arrayContaining(['orders', 'process.uptime']));
    const { metrics } = tracing.statistics.counts();
    expect(metrics?.exported).toBe(metrics?.collected);
    await tracing.shutdown();
    expect(metricExporter.getMetrics()).toHaveLength(2);
    expect(tracing.metrics.collect().scopes.flatMap((scope) => scope.metrics)).toHaveLength(1);
  });

  it('has no metrics beside an exporter that an option switches off', async () => {
    const metricExporter = new InMemoryMetricExporter();
    const tracing = createTracing({
      exporter: new NoopSpanExporter(),
      metricExporter,
      metrics: false,
      registerGlobally: false,
    });
    tracing.metrics.counter('orders').add(2);
    await tracing.shutdown();
    expect(metricExporter.getMetrics()).toEqual([]);
    expect(tracing.statistics.counts()).not.toHaveProperty('metrics');
  });

  it.each([
    [{ metricExporter: {} as MetricExporter }, /^metricExporter must have the methods/],
    [{ metrics: { process: 'yes' as never } }, /^metrics\.process must be true or false/],
    [
      {
        tracerProvider: { getTracer: () => ({}) as never },
        metricExporter: new InMemoryMetricExporter(),
      },
      /^metricExporter must not be set beside tracerProvider/,
    ],
  ])('refuses %o', (options, message) => {
    expect(() => createTracing({ registerGlobally: false, ...options })).toThrow(message);
  });
});
