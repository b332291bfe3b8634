import 'reflect-metadata';
import { Agent, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  ConflictException,
  Controller,
  Get,
  type INestApplication,
  Module,
  Param,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type Histogram as ApiHistogram,
  type Context,
  type Meter,
  metrics,
} from '@opentelemetry/api';
import {
  AggregationTemporality,
  type HistogramMetricData,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  InMemorySpanExporter,
  type MetricAttributes,
  type MetricData,
  MetricsRegistry,
  ProbabilitySampler,
  type Sampler,
  Tracing,
  TracingModule,
  type TracingOptions,
} from '../../../lib/index.js';
import { freePort } from '../../support/free-port.js';
import { metricsAsText } from '../../support/metrics-as-text.js';
import { createRegistry } from '../../support/metrics-registry.js';
import { until as untilDescribed } from '../../support/until.js';
import { PLATFORMS } from '../http/application/platforms.js';

/** `REQUEST_COUNT=10000` for the whole load. */
const REQUEST_COUNT = Number(process.env.REQUEST_COUNT ?? 1000);

class OutOfStock extends Error {
  override readonly name = 'OutOfStock';
}

@Controller()
class OrdersController {
  @Get('orders/:id')
  async find(@Param('id') id: string): Promise<string> {
    if (id === 'slow') await new Promise((resolve) => setTimeout(resolve, 12));
    return id;
  }

  @Get('fails')
  fail(): never {
    throw new OutOfStock('no more');
  }

  @Get('conflict')
  conflict(): never {
    throw new ConflictException();
  }

  @Get('health')
  health(): string {
    return 'up';
  }

  @Get('calls')
  async call(): Promise<string> {
    const response = await fetch(`${peerUrl}/stock`);
    await response.text();
    const missing = await fetch(`${peerUrl}/missing`);
    return missing.text();
  }

  @Get('calls-nobody')
  async callNobody(): Promise<string> {
    return fetch(`http://127.0.0.1:${closedPort}/`).then(
      () => 'answered',
      () => 'refused',
    );
  }
}

const until = (holds: () => boolean, registry: MetricsRegistry): Promise<void> =>
  untilDescribed(holds, () => metricsAsText(registry.collect()));

let peerUrl = '';
let closedPort = 0;
const apps: INestApplication[] = [];
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  metrics.disable();
});

async function startApp(
  createAdapter: (typeof PLATFORMS)[number]['createAdapter'],
  options: TracingOptions = {},
): Promise<{ app: INestApplication; url: string; registry: MetricsRegistry; warnings: string[] }> {
  const warnings: string[] = [];
  @Module({
    imports: [
      TracingModule.forRoot({
        serviceName: 'orders',
        exporter: new InMemorySpanExporter(),
        metrics: true,
        logger: { warn: (message) => void warnings.push(message) },
        http: { server: { ignore: ['/health'] } },
        ...options,
      }),
    ],
    controllers: [OrdersController],
  })
  class AppModule {}
  const app = await NestFactory.create(AppModule as Type, createAdapter(), {
    logger: false,
    abortOnError: false,
  });
  await app.listen(0, '127.0.0.1');
  apps.push(app);
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return { app, url, registry: app.get(MetricsRegistry), warnings };
}

/** Resolves when the response has been read. Not `fetch`, which would be traced. */
function send(url: string, path: string, method = 'GET', host?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url + path, {
      method,
      agent,
      headers: host === undefined ? {} : { host },
    });
    sent.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** The series and how many values they have: durations differ from run to run. */
function countsIn(registry: MetricsRegistry, name?: string): string {
  return metricsAsText(registry.collect(), name)
    .split('\n')
    .map((line) => line.replace(/ in .*$/, '').replace(/:\d{4,5}\b/g, ':port'))
    .map((line) => line.replace(/server\.port=\d{4,5}/, 'server.port=PORT'))
    .sort()
    .join('\n');
}

const SAMPLERS: readonly [string, Sampler][] = [
  ['sampled', new AlwaysOnSampler()],
  ['unsampled', new AlwaysOffSampler()],
];

describe.each(PLATFORMS.map(({ name, createAdapter }) => [name, createAdapter] as const))(
  'the metrics of requests on %s',
  (_, createAdapter) => {
    it.each(SAMPLERS)('tell of %s requests by route, status and error', async (_, sampler) => {
      const { url, registry } = await startApp(createAdapter, { sampler });
      expect(await send(url, '/orders/1')).toBe(200);
      expect(await send(url, '/orders/2?page=3')).toBe(200);
      expect(await send(url, '/fails')).toBe(500);
      expect(await send(url, '/conflict')).toBe(409);
      expect(await send(url, '/health')).toBe(200);
      for (let index = 0; index < 20; index++) expect(await send(url, `/no/${index}`)).toBe(404);
      await send(url, '/orders/1', 'PROPFIND');
      await until(() => countsIn(registry).includes('_OTHER'), registry);
      const common = 'network.protocol.version=1.1 url.scheme=http';
      expect(countsIn(registry, 'http.server.request.duration')).toBe(
        [
          `{error.type=OutOfStock http.request.method=GET http.response.status_code=500 http.route=/fails ${common}} 1`,
          `{http.request.method=GET http.response.status_code=200 http.route=/orders/:id ${common}} 2`,
          `{http.request.method=GET http.response.status_code=404 ${common}} 20`,
          `{http.request.method=GET http.response.status_code=409 http.route=/conflict ${common}} 1`,
          `{http.request.method=_OTHER http.response.status_code=404 ${common}} 1`,
        ]
          .map((line) => `http.server.request.duration${line}`)
          .join('\n'),
      );
    });

    it.each(SAMPLERS)('tell of the requests that %s requests cause', async (_, sampler) => {
      const peer = await startApp(createAdapter, { sampler });
      peerUrl = peer.url;
      closedPort = await freePort();
      const { url, registry } = await startApp(createAdapter, { sampler });
      await send(url, '/calls');
      await send(url, '/calls-nobody');
      const name = 'http.client.request.duration';
      await until(() => countsIn(registry, name).split('\n').length === 2, registry);
      expect(countsIn(registry, name)).toBe(
        [
          'http.client.request.duration{error.type=404 http.request.method=GET http.response.status_code=404 network.protocol.version=1.1 server.address=127.0.0.1 server.port=PORT} 2',
          'http.client.request.duration{error.type=ECONNREFUSED http.request.method=GET server.address=127.0.0.1 server.port=PORT} 1',
        ].join('\n'),
      );
      expect(countsIn(peer.registry)).toBe(
        'http.server.request.duration{http.request.method=GET http.response.status_code=404 network.protocol.version=1.1 url.scheme=http} 2',
      );
    });

    it('are the same histograms in the registry and in the provider of OpenTelemetry', async () => {
      const { registry: ours } = createRegistry();
      const stock = registerBeside(ours);
      const { url } = await startApp(createAdapter, { sampler: new ProbabilitySampler(0.3) });
      const paths = ['/orders/1', '/orders/2', '/fails', '/conflict', '/none', '/orders/slow'];
      for (let sent = 0; sent < REQUEST_COUNT; sent += 16) {
        const count = Math.min(16, REQUEST_COUNT - sent);
        const requests = Array.from({ length: count }, (_, index) =>
          send(url, paths[(sent + index) % paths.length] as string),
        );
        await Promise.all(requests);
      }
      await until(() => totalIn(ours) === REQUEST_COUNT, ours);
      expect(pointsOf(ours)).toEqual(await stock.points());
      await stock.close();
    });

    it('have exemplars that lead to exported traces', async () => {
      const exporter = new InMemorySpanExporter();
      const sampler = new ProbabilitySampler(0.5);
      const { app, url, registry } = await startApp(createAdapter, { exporter, sampler });
      for (let index = 0; index < 40; index++) {
        await send(url, index % 4 === 0 ? '/orders/slow' : '/orders/1');
      }
      await until(() => totalIn(registry) === 40, registry);
      await app.get(Tracing).forceFlush();
      const spans = exporter.getFinishedSpans();
      const metric = requestsIn(registry);
      const points = metric?.kind === 'histogram' ? metric.points : [];
      const exemplars = points.flatMap(({ exemplars: some }) => some);
      expect(exemplars.length).toBeGreaterThanOrEqual(2);
      for (const { traceId, spanId, value, timeMillis } of exemplars) {
        const span = spans.find((one) => one.spanContext().spanId === spanId);
        expect(span?.spanContext().traceId).toBe(traceId);
        const [seconds = 0, nanos = 0] = span?.duration ?? [];
        expect(value).toBeCloseTo(seconds + nanos / 1e9, 6);
        expect(Math.abs(Date.now() - timeMillis)).toBeLessThan(60_000);
      }
    });

    it('have the name of the server on request, in a bounded number of series', async () => {
      const { url, registry, warnings } = await startApp(createAdapter, {
        sampler: new AlwaysOffSampler(),
        metrics: { serverAddress: true, maxSeriesCount: 4 },
      });
      for (let index = 0; index < 30; index++) {
        await send(url, '/orders/1', 'GET', `host${index}.example:81`);
      }
      await until(() => totalIn(registry) === 30, registry);
      const lines = metricsAsText(registry.collect()).split('\n');
      expect(lines).toHaveLength(4);
      expect(lines[0]).toContain('server.address=host0.example server.port=81');
      expect(lines[3]).toMatch(
        /^http\.server\.request\.duration\{otel\.metric\.overflow=true\} 27 /,
      );
      expect(warnings.filter((one) => one.includes('the limit of 4 series'))).toHaveLength(1);
    });
  },
);

describe('the metrics of applications', () => {
  const { createAdapter } = PLATFORMS[0] as (typeof PLATFORMS)[number];

  it('stay apart if two run in one process', async () => {
    const [first, second] = [await startApp(createAdapter), await startApp(createAdapter)];
    await send(first.url, '/orders/1');
    await send(first.url, '/orders/1');
    await send(second.url, '/fails');
    await until(() => totalIn(first.registry) === 2, first.registry);
    await until(() => totalIn(second.registry) === 1, second.registry);
  });

  it('go to a provider that is registered while the application runs', async () => {
    const { url, registry } = await startApp(createAdapter, { sampler: new AlwaysOffSampler() });
    await send(url, '/orders/1');
    await until(() => totalIn(registry) === 1, registry);
    const { registry: beside } = createRegistry();
    const stock = registerBeside(beside);
    await send(url, '/orders/1');
    await until(() => totalIn(beside) === 1, beside);
    expect(totalIn(registry)).toBe(1);
    await stock.close();
  });

  it('are none without the option, and requests are then not measured', async () => {
    const { app, url, registry } = await startApp(createAdapter, {
      metrics: false,
      sampler: new AlwaysOffSampler(),
    });
    await send(url, '/orders/1');
    expect(app.get(Tracing).tracer.application.metrics).toBeUndefined();
    expect(registry.isEnabled).toBe(false);
    expect(registry.collect().scopes).toEqual([]);
  });

  it.each([
    ['metrics', 7],
    ['metrics.maxSeriesCount', { maxSeriesCount: 1 }],
    ['metrics.durations', { durations: 'yes' }],
    ['metrics.serverAddress', { serverAddress: 1 }],
  ])('refuse an invalid option %s at the start', async (name, invalid) => {
    await expect(startApp(createAdapter, { metrics: invalid as never })).rejects.toThrow(
      `${name} must be`,
    );
  });
});

/** The durations of requests; other metrics are those of the tracing itself. */
function requestsIn(registry: MetricsRegistry): MetricData | undefined {
  return registry
    .collect()
    .scopes[0]?.metrics.find(({ descriptor }) => descriptor.name.startsWith('http.'));
}

function totalIn(registry: MetricsRegistry): number {
  const metric = requestsIn(registry);
  if (metric?.kind !== 'histogram') return 0;
  return metric.points.reduce((total, { count }) => total + count, 0);
}

/** What stock and own histograms have in common. */
interface Point {
  readonly attributes: object;
  readonly count: number;
  readonly sum: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly buckets: readonly number[];
}

function sorted(points: Point[]): Point[] {
  const keyOf = ({ attributes }: Point): string =>
    JSON.stringify(Object.entries(attributes).sort());
  return points.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function pointsOf(registry: MetricsRegistry): Point[] {
  const metric = requestsIn(registry);
  if (metric?.kind !== 'histogram') return [];
  return sorted(
    metric.points.map(({ attributes, count, sum, min, max, bucketCounts }) => ({
      attributes,
      count,
      sum,
      min,
      max,
      buckets: bucketCounts,
    })),
  );
}

/**
 * Registers a stock provider of OpenTelemetry, whose histograms hand each value to a registry of ours too: both get the
 * same values of the same requests.
 */
function registerBeside(ours: MetricsRegistry) {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const getMeter = (name: string, version?: string): Meter => {
    const meter = provider.getMeter(name, version);
    const createHistogram: Meter['createHistogram'] = (metric, options) => {
      const stock = meter.createHistogram(metric, options);
      const bounds = options?.advice?.explicitBucketBoundaries ?? [];
      const record = (value: number, attributes?: object, context?: Context): void => {
        stock.record(value, attributes as never, context);
        // The registry itself must not use this provider.
        const removeReader = ours.addReader();
        ours.histogram(metric, { bounds }).record(value, attributes as MetricAttributes);
        removeReader();
      };
      return { record } as ApiHistogram;
    };
    return { ...meter, createHistogram } as Meter;
  };
  metrics.setGlobalMeterProvider({ getMeter });
  return {
    async points(): Promise<Point[]> {
      await provider.forceFlush();
      const metric = exporter
        .getMetrics()
        .at(-1)
        ?.scopeMetrics[0]?.metrics.find(({ descriptor }) => descriptor.name.startsWith('http.'));
      return sorted(
        (metric as HistogramMetricData).dataPoints.map(({ attributes, value }) => ({
          attributes,
          count: value.count,
          sum: value.sum,
          min: value.min,
          max: value.max,
          buckets: value.buckets.counts,
        })),
      );
    },
    close: () => provider.shutdown(),
  };
}
