import { describe, expect, it } from '@jest/globals';
import { OTLPMetricExporter as StockExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { TracingConfigError } from '../../../../lib/errors.js';
import {
  type ExportResult,
  type MetricExporter,
  OtlpMetricExporter,
  type OtlpMetricExporterOptions,
  type ReadableMetrics,
} from '../../../../lib/export/index.js';
import { EncodingMetricExporter } from '../../../../lib/export/otlp/otlp-metrics.js';
import { type Answer, accept, Collector } from '../../../integration/export/collector.js';
import { describeMetricExporter } from '../../../suites/metric-exporter.suite.js';
import { ReadDiagnostics } from '../../../support/exporter-doubles.js';
import { EVERY_KIND, manySeries, readableMetrics } from '../../../support/metric-source.js';
import { writeMetricsResponse } from './read-otlp.js';

describe.each(['http/protobuf', 'http/json'] as const)('by %s', (protocol) => {
  describeMetricExporter({
    name: 'OtlpMetricExporter',
    create: async () => {
      const collector = await Collector.start();
      const diagnostics = new ReadDiagnostics();
      return {
        exporter: new OtlpMetricExporter({ url: collector.metricsUrl, protocol, diagnostics }),
        deliveredValues: () => collector.dataPoints.map(({ asDouble }) => asDouble),
        close: () => collector.stop(),
      };
    },
    createFailing: async () => {
      const collector = await Collector.start((_request, response) => {
        response.writeHead(400).end();
      });
      return {
        exporter: new OtlpMetricExporter({ url: collector.metricsUrl, protocol }),
        deliveredValues: () => [],
        close: () => collector.stop(),
      };
    },
  });
});

function exportTo(exporter: MetricExporter, metrics: ReadableMetrics): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export(metrics, resolve));
}

describe('OtlpMetricExporter', () => {
  async function deliver(
    answer: Answer,
    metrics = readableMetrics([manySeries(4)]),
    options: OtlpMetricExporterOptions = {},
  ) {
    const collector = await Collector.start(answer);
    const diagnostics = new ReadDiagnostics();
    const exporter = new OtlpMetricExporter({
      url: collector.metricsUrl,
      diagnostics,
      retry: { initialBackoffMillis: 1, maxBackoffMillis: 1 },
      ...options,
    });
    const result = await exportTo(exporter, metrics);
    await exporter.shutdown();
    await collector.stop();
    return { result, lines: diagnostics.lines, collector };
  }

  it('sends the message that OpenTelemetry’s exporter sends', async () => {
    const collector = await Collector.start();
    const url = collector.metricsUrl;
    const metrics = readableMetrics(EVERY_KIND.map((metric) => withoutExemplars(metric)));
    for (const exporter of [
      new OtlpMetricExporter({ url }),
      new StockExporter({ url }) as unknown as MetricExporter,
    ]) {
      expect(await exportTo(exporter, metrics)).toEqual({ code: 0 });
      await exporter.shutdown();
    }
    const [ours, theirs] = collector.messages;
    expect(withoutDefaults(ours)).toEqual(withoutDefaults(theirs));
    expect(collector.requests.map(({ path, headers }) => [path, headers['content-type']])).toEqual([
      ['/v1/metrics', 'application/x-protobuf'],
      ['/v1/metrics', 'application/x-protobuf'],
    ]);
    await collector.stop();
  });

  it.each([
    ['http/protobuf', writeMetricsResponse],
    ['http/json', (response: object) => Buffer.from(JSON.stringify(response))],
  ] as const)('counts data points that the server rejects, by %s', async (protocol, write) => {
    const partialSuccess = { rejectedDataPoints: 3, errorMessage: 'too old' };
    const { result, lines } = await deliver(
      (request, response) => {
        response.setHeader('content-type', request.headers['content-type'] ?? '');
        response.end(write({ partialSuccess }));
      },
      undefined,
      { protocol },
    );
    expect(result).toEqual({
      code: 0,
      rejectedCount: 3,
      error: new Error('3 data points were rejected: too old'),
    });
    expect(lines).toEqual(['The OTLP server rejected data points of a batch: 3 of them, too old']);
  });

  it('tries again, compresses, and sends the headers', async () => {
    const { result, collector } = await deliver(
      (request, response, index) =>
        index === 0 ? response.writeHead(503).end() : accept(request, response),
      undefined,
      { compression: 'gzip', headers: { 'api-key': 'k' } },
    );
    expect(result).toEqual({ code: 0 });
    expect(collector.requests.map(({ headers }) => headers['content-encoding'])).toEqual([
      'gzip',
      'gzip',
    ]);
    expect(collector.requests[1]?.headers['api-key']).toBe('k');
    expect(collector.dataPoints).toHaveLength(8);
  });

  it('divides the series of one metric, where a request would be too long', async () => {
    const { result, collector } = await deliver(accept, readableMetrics([manySeries(500)]), {
      maxRequestBytes: 8192,
    });
    expect(result).toEqual({ code: 0 });
    expect(collector.requests.length).toBeGreaterThan(3);
    expect(collector.dataPoints.map(({ asDouble }) => asDouble)).toEqual(
      Array.from({ length: 500 }, (_, i) => i + 1),
    );
    const lengths = collector.requests.map(({ body }) => body.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(8192);
  });

  it('sends halves where the receiver refuses the length, and drops a point that is too long alone', async () => {
    const long = { series: [[{ text: 'x'.repeat(9000) }, -1] as const] };
    const { result, lines, collector } = await deliver(
      (request, response) => {
        if (request.body.length > 4000) response.writeHead(413).end();
        else accept(request, response);
      },
      readableMetrics([manySeries(100), { ...long, name: 'long' }]),
    );
    expect(result).toMatchObject({ code: 0, rejectedCount: 1 });
    const delivered = collector.messages
      .filter((_, i) => (collector.requests[i]?.body.length ?? 0) <= 4000)
      .flatMap(({ resourceMetrics }) => JSON.stringify(resourceMetrics).match(/asDouble/g) ?? []);
    expect(delivered).toHaveLength(100);
    expect(lines[0]).toMatch(
      /^A request is too long for the receiver; its data points are sent again in shorter requests/,
    );
    expect(lines.at(-1)).toMatch(
      /^A data point is too long for the receiver and was dropped: 'long', \d+ bytes/,
    );
  });

  it.each([
    [undefined, [1, 1, 1, 1]],
    ['cumulative', [1, 1, 1, 1]],
    ['delta', [0, 0, 1, 0]],
    ['lowmemory', [0, 1, 1, 0]],
  ] as const)('wants the temporality %s', (temporalityPreference, expected) => {
    const exporter = new OtlpMetricExporter({
      ...(temporalityPreference && { temporalityPreference }),
    });
    const types = ['COUNTER', 'OBSERVABLE_COUNTER', 'UP_DOWN_COUNTER', 'HISTOGRAM'] as const;
    expect(types.map((type) => exporter.selectAggregationTemporality(type))).toEqual(expected);
    expect(exporter).toBeInstanceOf(EncodingMetricExporter);
  });

  it('is found at the default address', async () => {
    const exporter = new OtlpMetricExporter({ retry: { maxRetries: 0 } });
    const { error } = await exportTo(exporter, readableMetrics([manySeries(1)]));
    expect(error?.message).toMatch(/^POST http:\/\/localhost:4318\/v1\/metrics: /);
    await exporter.shutdown();
  });

  it.each([
    { protocol: 'grpc' as 'http/json' },
    { url: 'collector' },
    { maxRequestBytes: 0 },
    { temporalityPreference: 'weekly' as 'delta' },
  ])('refuses %o', (options) => {
    expect(() => new OtlpMetricExporter(options)).toThrow(TracingConfigError);
    expect(() => new OtlpMetricExporter(options)).toThrow(/^OtlpMetricExporter\./);
  });
});

function withoutExemplars<T extends { exemplarMillis?: number }>({
  exemplarMillis: _,
  ...rest
}: T) {
  return rest;
}

/** Writers may write the default of a field, or leave it out. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => ![0, '0', '', false].includes(member as string))
      .map(([key, member]) => [key, withoutDefaults(member)]),
  );
}
