import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type CallHandler,
  Controller,
  Get,
  type INestApplication,
  Injectable,
  type NestInterceptor,
  Param,
  type Type,
  VersioningType,
} from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { metrics as api } from '@opentelemetry/api';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  InMemoryMetricExporter as StockMemory,
  AggregationTemporality as StockTemporality,
} from '@opentelemetry/sdk-metrics';
import parsePrometheus from 'parse-prometheus-text-format';
import { map, type Observable } from 'rxjs';
import {
  InMemoryMetricExporter,
  METRIC_EXPORTER,
  MetricsRegistry,
  OtlpMetricExporter,
  Tracing,
  TracingHealthIndicator,
  TracingMetricsController,
  TracingModule,
  type TracingOptions,
} from '../../../lib/index.js';
import { SpanRecorder } from '../../../lib/testing/index.js';
import { openMetricsTrouble } from '../../support/open-metrics.js';
import { until } from '../../support/until.js';
import type { OtlpJson } from '../../unit/export/otlp/read-otlp.js';
import { Collector } from '../export/collector.js';
import { findRefusingUrl } from '../export/raw-server.js';

@Controller('orders')
class OrdersController {
  @Get(':id')
  find(@Param('id') id: string): string {
    if (id === 'bad') throw new RangeError('no such order');
    return id;
  }
}

/** As many applications wrap their results. */
@Injectable()
class WrappingInterceptor implements NestInterceptor {
  intercept(_context: unknown, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface StartOptions {
  readonly platform?: 'express' | 'fastify';
  readonly controllers?: Type[];
  readonly imports?: unknown[];
  readonly module?: ReturnType<typeof TracingModule.forRootAsync>;
  readonly prepare?: (app: INestApplication) => void;
}

async function start(
  options: TracingOptions,
  { platform = 'express', controllers = [], imports = [], module, prepare }: StartOptions = {},
) {
  const recorder = new SpanRecorder();
  const lines: string[] = [];
  const given: TracingOptions = {
    serviceName: 'orders',
    registerGlobally: false,
    logger: { warn: (line) => lines.push(line) },
    spanProcessors: [recorder],
    ...options,
  };
  const builder = Test.createTestingModule({
    imports: [module ?? TracingModule.forRoot(given), ...(imports as [])],
    controllers: [OrdersController, ...controllers],
  });
  const testing = await builder.compile();
  const app =
    platform === 'fastify'
      ? testing.createNestApplication(new FastifyAdapter() as never, { logger: false })
      : testing.createNestApplication({ logger: false });
  prepare?.(app);
  await app.listen(0, '127.0.0.1');
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await app.close();
  };
  stops.unshift(close);
  const url = await app.getUrl();
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(url + path, { headers });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: await response.text(),
    };
  };
  return { app, get, lines, recorder, close, tracing: app.get(Tracing) };
}

async function startCollector(answer?: Parameters<typeof Collector.start>[0]): Promise<Collector> {
  const collector = await Collector.start(answer);
  stops.push(() => collector.stop());
  return collector;
}

/** `GET /orders/:id 200: 2` for each series of the durations of requests. */
function requestsIn(metrics: readonly OtlpJson[]): string[] {
  const duration = metrics.findLast(({ name }) => name === 'http.server.request.duration');
  return ((duration?.histogram.dataPoints ?? []) as OtlpJson[]).map(({ attributes, count }) => {
    const values = Object.fromEntries(
      (attributes as OtlpJson[]).map(({ key, value }) => [key, Object.values(value as object)[0]]),
    );
    return `${values['http.request.method']} ${values['http.route']} ${values['http.response.status_code']}: ${count}`;
  });
}

/** The same, of a scrape. */
function requestsScraped(text: string): string[] {
  const untyped = text.replace(/^# TYPE \S+ histogram$/gm, '');
  return parsePrometheus(untyped)
    .filter(({ name }) => name === 'http_server_request_duration_seconds_count')
    .flatMap(({ metrics }) => metrics)
    .map(
      ({ labels, value }) =>
        `${labels?.http_request_method} ${labels?.http_route} ${labels?.http_response_status_code}: ${value}`,
    );
}

describe.each(['express', 'fastify'] as const)('the endpoint for Prometheus on %s', (platform) => {
  it('shows the metrics of all requests but its own, and has no spans', async () => {
    const { get, recorder, tracing } = await start(
      { metrics: { prometheus: true, process: true } },
      { platform, prepare: (app) => app.useGlobalInterceptors(new WrappingInterceptor()) },
    );
    await get('/orders/1');
    await get('/orders/2');
    await get('/orders/bad');
    await get('/metrics');
    await get('/metrics?again=1');
    const { status, type, body } = await get('/metrics', { accept: 'text/plain' });
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(requestsScraped(body)).toEqual(['GET /orders/:id 200: 2', 'GET /orders/:id 500: 1']);
    expect(body).toContain('process_cpu_time_seconds_total{cpu_mode="user"');
    expect(body).toMatch(/otel_sdk_span_started_total\{.*RECORD_AND_SAMPLE.*\} 3/);
    const open = await get('/metrics', { accept: 'application/openmetrics-text;version=1.0.0' });
    expect(openMetricsTrouble(open.body)).toEqual([]);
    expect(open.type).toMatch(/^application\/openmetrics-text; .*version=1\.0\.0/);
    const spans = await recorder.takeNextSpans(3);
    expect(spans.map(({ name }) => name)).toEqual(Array(3).fill('GET /orders/:id'));
    const traceIds = spans.map((span) => span.spanContext().traceId);
    const [, exemplar] = /# \{trace_id="(\w+)"/.exec(open.body) ?? [];
    expect(traceIds).toContain(exemplar);
    const counts = tracing.statistics.counts();
    expect(counts.started).toBe(3);
    expect(counts).not.toHaveProperty('metrics');
  });

  it('is below the global prefix, for every version, at its own path', async () => {
    const { get, recorder } = await start(
      { metrics: { prometheus: { path: 'internal/prometheus' } } },
      {
        platform,
        prepare: (app) => {
          app.setGlobalPrefix('api');
          app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
        },
      },
    );
    expect((await get('/api/v1/orders/1')).status).toBe(200);
    expect((await get('/metrics')).status).toBe(404);
    const { status, body } = await get('/api/internal/prometheus');
    expect(status).toBe(200);
    expect(requestsScraped(body)).toEqual([
      expect.stringMatching(/^GET \/api\/v1\/orders\/:id 200: 1$/),
      expect.stringMatching(/^GET .* 404: 1$/),
    ]);
    const names = (await recorder.takeNextSpans(2)).map(({ name }) => name);
    expect(names.join()).not.toContain('prometheus');
  });

  it('answers with versions in headers too, and in a module of the application', async () => {
    class OwnModule {}
    Reflect.defineMetadata('controllers', [TracingMetricsController], OwnModule);
    const { get, recorder } = await start(
      { metrics: true },
      {
        platform,
        imports: [OwnModule, RouterModule.register([{ path: 'ops', module: OwnModule }])],
        prepare: (app) => {
          app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' });
        },
      },
    );
    for (const headers of [{}, { 'x-version': '7' }]) {
      expect((await get('/ops/metrics', headers as Record<string, string>)).status).toBe(200);
    }
    expect(recorder.takeSpans()).toEqual([]);
  });

  it('answers scrapes while others are answered', async () => {
    const { app, get } = await start({ metrics: { prometheus: true } }, { platform });
    const counter = app.get(MetricsRegistry).counter('orders.placed');
    for (let i = 0; i < 1500; i++) counter.add(i, { id: i });
    const texts = await Promise.all(Array.from({ length: 10 }, () => get('/metrics')));
    for (const { body } of texts) {
      const families = parsePrometheus(body);
      const placed = families.find(({ name }) => name === 'orders_placed_total');
      expect(placed?.metrics).toHaveLength(1500);
    }
  });
});

describe('the option prometheus', () => {
  it('stands beside the factory of forRootAsync', async () => {
    const useFactory = (): TracingOptions => ({
      registerGlobally: false,
      metrics: true,
      exporter: undefined as never,
      spanProcessors: [],
    });
    const module = TracingModule.forRootAsync({ prometheus: { path: 'm' }, useFactory });
    const { get } = await start({}, { module });
    expect((await get('/m')).body).toContain('target_info');
  });

  it('of a factory fails at the start, and so does an invalid one', async () => {
    const useFactory = (): TracingOptions => ({ metrics: { prometheus: true } });
    await expect(start({}, { module: TracingModule.forRootAsync({ useFactory }) })).rejects.toThrow(
      /^metrics\.prometheus must not be returned by a factory/,
    );
    expect(() => TracingModule.forRoot({ metrics: { prometheus: 'yes' as never } })).toThrow(
      /^metrics\.prometheus must be true, false or an object/,
    );
    expect(() => TracingModule.forRoot({ metrics: { prometheus: { path: '' } } })).toThrow(
      /^metrics\.prometheus\.path must be a non-empty string/,
    );
  });

  it.each([
    [{}, 1],
    [{ metrics: { prometheus: true } }, 0],
  ])('is what OTEL_METRICS_EXPORTER=prometheus needs: %o', async (options, lineCount) => {
    process.env.OTEL_METRICS_EXPORTER = 'prometheus';
    stops.push(() => {
      delete process.env.OTEL_METRICS_EXPORTER;
    });
    const { lines, tracing } = await start(options);
    expect(tracing.metrics.isEnabled).toBe(true);
    const line = expect.stringMatching(/^OTEL_METRICS_EXPORTER is prometheus, but nothing answers/);
    expect(lines).toEqual(Array(lineCount).fill(line));
  });

  it('is said to have no effect where metrics are off', async () => {
    const { lines, get } = await start(
      { metrics: false },
      { controllers: [TracingMetricsController] },
    );
    expect(lines).toEqual([
      'TracingMetricsController has no metrics to show, because they are switched off. Set the option metrics.',
    ]);
    expect(requestsScraped((await get('/metrics')).body)).toEqual([]);
  });
});

describe('the option metricExporter', () => {
  it('exports what all requests recorded, at a flush and at the shutdown', async () => {
    const collector = await startCollector();
    const { get, tracing, close } = await start({
      metricExporter: {
        useFactory: () =>
          new OtlpMetricExporter({ url: collector.metricsUrl, compression: 'gzip' }),
      },
    });
    await get('/orders/1');
    await tracing.forceFlush();
    expect(requestsIn(collector.metrics)).toEqual(['GET /orders/:id 200: 1']);
    await get('/orders/bad');
    await close();
    expect(requestsIn(collector.metrics)).toEqual([
      'GET /orders/:id 200: 1',
      'GET /orders/:id 500: 1',
    ]);
    const { metrics } = tracing.statistics.counts();
    expect(metrics).toMatchObject({ failed: 0, queued: 0 });
    expect(metrics?.exported).toBe(metrics?.collected);
    const selfMetrics = collector.metrics.filter(({ name }) => name.startsWith('otel.sdk.'));
    expect(new Set(selfMetrics.map(({ name }) => name))).toContain('otel.sdk.span.started');
    const [{ resourceMetrics }] = collector.messages as [OtlpJson];
    expect(JSON.stringify(resourceMetrics[0].resource)).toContain('orders');
  });

  it('takes an exporter of OpenTelemetry', async () => {
    const exporter = new StockMemory(StockTemporality.DELTA);
    const { get, tracing } = await start({ metricExporter: exporter as never });
    await get('/orders/1');
    await tracing.forceFlush();
    await get('/orders/1');
    await tracing.forceFlush();
    const points = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics }) => metrics)
      .filter(({ descriptor }) => descriptor.name === 'http.server.request.duration')
      .flatMap(({ dataPoints }) => dataPoints as { value: { count: number } }[]);
    expect(points.map(({ value }) => value.count)).toEqual([1, 1]);
  });

  it('stays usable as an instance, and keeps applications of one process apart', async () => {
    const exporter = new InMemoryMetricExporter();
    const first = await start({ serviceName: 'first', metricExporter: exporter });
    const second = await start({ serviceName: 'second', metricExporter: exporter });
    await first.get('/orders/1');
    await first.close();
    await second.get('/orders/1');
    await second.get('/orders/2');
    await second.close();
    const counts = exporter
      .getMetrics()
      .map(({ resource, scopeMetrics }) => [
        resource.attributes['service.name'],
        (
          scopeMetrics[0]?.metrics.find(({ descriptor }) => descriptor.name.startsWith('http.'))
            ?.dataPoints[0]?.value as { count: number } | undefined
        )?.count,
      ]);
    expect(counts).toEqual([
      ['first', 1],
      ['second', 2],
    ]);
  });

  it('is a provider', async () => {
    const exporter = new InMemoryMetricExporter();
    const { app } = await start({ metricExporter: exporter });
    expect(app.get(METRIC_EXPORTER)).toBe(exporter);
  });

  it('must be an exporter', async () => {
    await expect(start({ metricExporter: { export() {} } as never })).rejects.toThrow(
      /^metricExporter must have the methods export, forceFlush, shutdown/,
    );
    await expect(
      start({ metrics: { exportIntervalMillis: 0 }, metricExporter: new InMemoryMetricExporter() }),
    ).rejects.toThrow(/^metrics\.exportIntervalMillis must be/);
  });

  it('keeps the values, although a meter provider is registered', async () => {
    const reader = new PeriodicExportingMetricReader({ exporter: new StockMemory(0) });
    const provider = new MeterProvider({ readers: [reader] });
    api.setGlobalMeterProvider(provider);
    stops.push(async () => {
      api.disable();
      await provider.shutdown();
    });
    const exporter = new InMemoryMetricExporter();
    const { get, tracing } = await start({ metricExporter: exporter });
    await get('/orders/1');
    await tracing.forceFlush();
    expect(exporter.getMetrics()).toHaveLength(1);
  });
});

describe('an endpoint of OTLP in the environment', () => {
  async function startWithEndpoint(options: TracingOptions) {
    const collector = await startCollector();
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url.replace('/v1/traces', '');
    stops.push(() => {
      delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
    });
    const started = await start(options);
    await started.get('/orders/1');
    await started.tracing.forceFlush();
    return collector;
  }

  it('is where the option metrics exports to', async () => {
    const collector = await startWithEndpoint({ metrics: true });
    expect(requestsIn(collector.metrics)).toEqual(['GET /orders/:id 200: 1']);
  });

  it('does not switch metrics on', async () => {
    const collector = await startWithEndpoint({});
    expect(collector.metrics).toEqual([]);
  });

  it('has no precedence over a meter provider that is registered', async () => {
    const exporter = new StockMemory(StockTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter });
    const provider = new MeterProvider({ readers: [reader] });
    api.setGlobalMeterProvider(provider);
    stops.push(async () => {
      api.disable();
      await provider.shutdown();
    });
    const collector = await startWithEndpoint({ metrics: true });
    await provider.forceFlush();
    expect(collector.metrics).toEqual([]);
    const names = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name));
    expect(names).toContain('http.server.request.duration');
  });
});

describe('a metric exporter in trouble', () => {
  it('whose collector refuses is logged once, counted and in the health check', async () => {
    const url = await findRefusingUrl();
    const exporter = new OtlpMetricExporter({ url, retry: { maxRetries: 0 } });
    const { app, get, tracing, lines, close } = await start({ metricExporter: exporter });
    expect((await get('/orders/1')).status).toBe(200);
    await tracing.forceFlush();
    await tracing.forceFlush();
    expect(tracing.statistics.counts().metrics).toMatchObject({ exported: 0, queued: 0 });
    const { tracing: health } = app
      .get(TracingHealthIndicator)
      .isHealthy('tracing', { failingForMillis: 0 });
    expect(health).toMatchObject({ status: 'down', failing: [{ exporter: 'OtlpMetricExporter' }] });
    await close();
    expect(lines).toEqual([
      expect.stringMatching(
        /^OtlpMetricExporter could not deliver \d+ data points: POST .*ECONNREFUSED/,
      ),
      expect.stringMatching(
        /^Delivery by OtlpMetricExporter has ended; \d+ data points were not delivered\./,
      ),
    ]);
  });

  it('whose collector answers with an error recovers', async () => {
    let isBroken = true;
    const collector = await startCollector((request, response) => {
      if (isBroken) response.writeHead(500).end();
      else response.setHeader('content-type', request.headers['content-type'] ?? '').end();
    });
    const exporter = new OtlpMetricExporter({
      url: collector.metricsUrl,
      temporalityPreference: 'delta',
    });
    const { get, tracing, lines } = await start({ metricExporter: exporter });
    await get('/orders/1');
    await tracing.forceFlush();
    isBroken = false;
    await get('/orders/2');
    await tracing.forceFlush();
    expect(requestsIn(collector.metrics)).toEqual(['GET /orders/:id 200: 2']);
    expect(lines).toEqual([
      expect.stringMatching(/could not deliver \d+ data points: .*500/),
      expect.stringMatching(
        /^OtlpMetricExporter delivers again; \d+ data points were not delivered\.$/,
      ),
    ]);
  });

  it('whose collector hangs delays the shutdown by its timeout only', async () => {
    const collector = await startCollector(() => {});
    const { get, tracing, lines, close } = await start({
      metricExporter: { useFactory: () => new OtlpMetricExporter({ url: collector.metricsUrl }) },
      metrics: { exportIntervalMillis: 5 },
      shutdownTimeoutMillis: 300,
    });
    await get('/orders/1');
    await until(
      () => collector.requests.length > 0,
      () => 'no export',
    );
    const began = performance.now();
    await close();
    expect(performance.now() - began).toBeLessThan(3000);
    expect(collector.requests).toHaveLength(1);
    expect(tracing.statistics.counts().metrics).toMatchObject({ exported: 0, queued: 0 });
    expect(lines.join('\n')).toContain('Delivery by OtlpMetricExporter has ended');
  });

  it('whose collector hangs delays no scrape', async () => {
    const collector = await startCollector(() => {});
    const { get, tracing } = await start({
      metricExporter: { useFactory: () => new OtlpMetricExporter({ url: collector.metricsUrl }) },
      metrics: { prometheus: true },
      shutdownTimeoutMillis: 50,
    });
    await get('/orders/1');
    const flushed = tracing.forceFlush();
    await until(
      () => collector.requests.length === 1,
      () => 'no export',
    );
    await get('/orders/2');
    const scrapes = await Promise.all([get('/metrics'), get('/metrics')]);
    for (const { body } of scrapes) {
      expect(requestsScraped(body)).toEqual(['GET /orders/:id 200: 2']);
    }
    expect(tracing.statistics.counts().metrics?.queued).toBeGreaterThan(0);
    await tracing.shutdown();
    await flushed;
  });

  it('never makes requests of its own that are traced or measured', async () => {
    const collector = await startCollector();
    const { recorder, get, tracing } = await start({
      metricExporter: new OtlpMetricExporter({ url: collector.metricsUrl }),
    });
    await get('/orders/1');
    await tracing.forceFlush();
    await tracing.forceFlush();
    expect(requestsIn(collector.metrics)).toEqual(['GET /orders/:id 200: 1']);
    expect(collector.metrics.map(({ name }) => name)).not.toContain('http.client.request.duration');
    expect((await recorder.takeNextSpans(1)).map(({ name }) => name)).toEqual(['GET /orders/:id']);
    expect(recorder.takeSpans()).toEqual([]);
  });
});
