import { afterEach, describe, expect, it } from '@jest/globals';
import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
  InMemoryMetricExporter as StockMemory,
} from '@opentelemetry/sdk-metrics';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { createTracing } from '../../../lib/assembly/create-tracing.js';
import { observeSelf } from '../../../lib/assembly/self-metrics.js';
import { BatchSpanProcessor, TailSamplingProcessor } from '../../../lib/delivery/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { InMemoryMetricExporter, InMemorySpanExporter } from '../../../lib/export/index.js';
import type { MetricsSnapshot } from '../../../lib/metrics/index.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { createTestTracing } from '../../../lib/testing/index.js';
import { createRegistry } from '../../support/metrics-registry.js';

/** `name unit attributes`: value. */
function linesIn({ scopes }: MetricsSnapshot): Record<string, number> {
  const lines: Record<string, number> = {};
  for (const { descriptor, kind, points } of scopes.flatMap(({ metrics }) => metrics)) {
    if (kind === 'histogram') continue;
    for (const { attributes, value } of points) {
      const labels = Object.entries(attributes).map(([key, label]) => `${key}=${label}`);
      lines[`${descriptor.name} ${descriptor.unit} ${labels.join(' ')}`.trimEnd()] = value;
    }
  }
  return lines;
}

/** A provider of OpenTelemetry that is registered, and the values that it collects. */
function registerStockProvider() {
  const exporter = new StockMemory(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(provider);
  const collect = async (): Promise<Record<string, unknown[]>> => {
    exporter.reset();
    await provider.forceFlush();
    const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
    return Object.fromEntries(
      all
        .flatMap(({ metrics }) => metrics)
        .map(({ descriptor, dataPoints }) => [
          descriptor.name,
          dataPoints.map(({ value }) => value),
        ]),
    );
  };
  return { collect, close: () => provider.shutdown() };
}

const DROPPED = 'otel.sdk.span.started';

afterEach(() => metrics.disable());

describe('observeSelf', () => {
  it('shows the counts under the names of the conventions', async () => {
    const diagnostics = new Diagnostics({ warn: () => {} });
    const exporter = new InMemorySpanExporter();
    const batch = new BatchSpanProcessor(exporter, { maxQueueSize: 2, diagnostics });
    const { tracer, provider, recorder, close } = createTestTracing({ spanProcessors: [batch] });
    const { registry } = createRegistry();
    const collect = () => linesIn(registry.collect());
    const stop = observeSelf(registry, {
      core: provider.core,
      processors: [recorder, batch],
    });
    const live = tracer.startSpan('live');
    for (let i = 0; i < 2; i++) tracer.startSpan('queued').end();
    const names = { type: 'otel.component.type', name: 'otel.component.name' };
    const processor = `${names.type}=batching_span_processor ${names.name}=batching_span_processor/1`;
    const to = `${names.type}=InMemorySpanExporter ${names.name}=InMemorySpanExporter/1`;
    const started = 'otel.sdk.span.started {span} otel.span.sampling_result=';
    expect(collect()).toEqual({
      [`${started}RECORD_AND_SAMPLE`]: 3,
      [`${started}RECORD_ONLY`]: 0,
      [`${started}DROP`]: 0,
      'otel.sdk.span.live {span}': 1,
      [`otel.sdk.processor.span.queue.size {span} ${processor}`]: 2,
      [`otel.sdk.processor.span.queue.capacity {span} ${processor}`]: 2,
      [`otel.sdk.processor.span.processed {span} ${processor}`]: 0,
      [`otel.sdk.exporter.span.exported {span} ${to}`]: 0,
      [`otel.sdk.exporter.span.inflight {span} ${to}`]: 0,
    });
    live.end();
    await batch.forceFlush();
    await exporter.shutdown();
    tracer.startSpan('refused').end();
    await batch.shutdown();
    tracer.startSpan('late').end();
    expect(collect()).toMatchObject({
      'otel.sdk.span.live {span}': 0,
      [`otel.sdk.processor.span.queue.size {span} ${processor}`]: 0,
      [`otel.sdk.processor.span.processed {span} ${processor}`]: 3,
      [`otel.sdk.processor.span.processed {span} ${processor} error.type=queue_full`]: 1,
      [`otel.sdk.processor.span.processed {span} ${processor} error.type=already_shutdown`]: 1,
      [`otel.sdk.exporter.span.exported {span} ${to}`]: 2,
      [`otel.sdk.exporter.span.exported {span} ${to} error.type=_OTHER`]: 1,
    });
    stop();
    expect(collect()).toEqual({});
    recorder.takeSpans();
    close();
  });

  it('shows the counts of log records', async () => {
    const { tracing } = createTestTracing({ logRecordLimits: {}, metrics: true });
    tracing.logSink?.emit({ severityNumber: 9, body: 'a' });
    const collected = Object.entries(linesIn(tracing.metrics.collect())).filter(([line]) =>
      line.includes('.log.'),
    );
    const names = { type: 'otel.component.type', name: 'otel.component.name' };
    const processor = `${names.type}=simple_log_processor ${names.name}=simple_log_processor/0`;
    const to = `${names.type}=InMemoryLogExporter ${names.name}=InMemoryLogExporter/0`;
    expect(Object.fromEntries(collected)).toEqual({
      'otel.sdk.log.created {log_record}': 1,
      [`otel.sdk.processor.log.queue.size {log_record} ${processor}`]: 0,
      [`otel.sdk.processor.log.queue.capacity {log_record} ${processor}`]: 2048,
      [`otel.sdk.processor.log.processed {log_record} ${processor}`]: 1,
      [`otel.sdk.exporter.log.exported {log_record} ${to}`]: 1,
      [`otel.sdk.exporter.log.inflight {log_record} ${to}`]: 0,
    });
    const known: readonly unknown[] = Object.values(conventions);
    const metricNames = collected.map(([line]) => line.split(' ')[0]);
    expect(metricNames.filter((name) => !known.includes(name))).toEqual([]);
    await tracing.shutdown();
    expect(linesIn(tracing.metrics.collect())).toEqual({});
  });

  it('shows the counts of the exported metrics', async () => {
    const exporter = new InMemoryMetricExporter();
    const { tracing, close } = createTestTracing({ metricExporter: exporter, metrics: true });
    await tracing.forceFlush();
    const { exported = 0 } = tracing.statistics.counts().metrics ?? {};
    expect(exported).toBeGreaterThan(5);
    const labels =
      'otel.component.type=InMemoryMetricExporter otel.component.name=InMemoryMetricExporter/0';
    const collected = linesIn(tracing.metrics.collect());
    const point = 'otel.sdk.exporter.metric_data_point';
    expect(collected).toMatchObject({
      [`${point}.exported {data_point} ${labels}`]: exported,
      [`${point}.inflight {data_point} ${labels}`]: 0,
    });
    const known: readonly unknown[] = Object.values(conventions);
    expect(
      [`${point}.exported`, `${point}.inflight`].filter((one) => !known.includes(one)),
    ).toEqual([]);
    close();
  });

  it('uses names that the conventions have', async () => {
    const batch = new BatchSpanProcessor(new InMemorySpanExporter());
    const { provider, close } = createTestTracing({ spanProcessors: [batch] });
    const { registry } = createRegistry();
    observeSelf(registry, { core: provider.core, processors: [batch] });
    const known: readonly unknown[] = Object.values(conventions);
    const lines = Object.keys(linesIn(registry.collect()));
    const words = lines.flatMap((line) => line.split(/ \{span\} ?| /));
    const names = words.map((word) => word.split('=')[0]).filter((name) => name !== '');
    expect(new Set(names).size).toBe(10);
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    close();
  });

  it('shows a span that nobody wanted as no error', async () => {
    const batch = new BatchSpanProcessor(new InMemorySpanExporter());
    const tail = new TailSamplingProcessor(batch);
    const { tracer, provider, recorder, close } = createTestTracing({ spanProcessors: [tail] });
    const { registry } = createRegistry();
    observeSelf(registry, { core: provider.core, processors: [tail] });
    tracer.startSpan('let go').end();
    expect(tail.counts.dropped).toEqual({ tail_not_kept: 1 });
    const lines = Object.keys(linesIn(registry.collect()));
    expect(lines.filter((name) => name.includes('error'))).toEqual([]);
    recorder.takeSpans();
    close();
  });
});

describe('a tracing', () => {
  const options = {
    registerGlobally: false,
    sampler: new AlwaysOffSampler(),
    spanProcessors: [],
  };

  it('is observed by a registered meter provider until it is shut down, without metrics of its own', async () => {
    const tracing = createTracing(options);
    const { collect, close } = registerStockProvider();
    tracing.observeSelf();
    tracing.observeSelf();
    tracing.tracer.startSpan('no').end();
    expect((await collect())[DROPPED]).toEqual([0, 0, 1]);
    expect(tracing.metrics.collect().scopes).toEqual([]);
    await tracing.shutdown();
    tracing.observeSelf();
    tracing.tracer.startSpan('late').end();
    expect(tracing.statistics.counts().notSampled).toBe(2);
    // The provider keeps what it has read.
    expect((await collect())[DROPPED]).toEqual([0, 0, 1]);
    await close();
  });

  it('is observed from its start on where the provider is there', async () => {
    const { collect, close } = registerStockProvider();
    const tracing = createTracing(options);
    expect((await collect())[DROPPED]).toEqual([0, 0, 0]);
    await tracing.shutdown();
    await close();
  });

  it('shows its counts where its metrics are read, and to nobody else', async () => {
    const { collect, close } = registerStockProvider();
    const exporter = new InMemoryMetricExporter();
    const tracing = createTracing({ ...options, metrics: true, metricExporter: exporter });
    tracing.tracer.startSpan('no').end();
    await tracing.shutdown();
    const exported = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
    const started = exported
      .flatMap(({ metrics }) => metrics)
      .find(({ descriptor }) => descriptor.name === DROPPED);
    expect(started?.dataPoints.map(({ value }) => value)).toEqual([0, 0, 1]);
    expect(await collect()).toEqual({});
    await close();
  });

  it.each([{}, { metrics: true }])(
    'survives a meter provider that throws, with %o',
    async (more) => {
      metrics.setGlobalMeterProvider({
        getMeter: () => {
          throw new Error('out of order');
        },
      });
      const { warnings, close } = createTestTracing(more);
      expect(warnings).toEqual([
        'The registered meter provider threw; the metrics stay in the application: Error: out of order',
      ]);
      await close();
    },
  );

  it('has no such metrics where another SDK gets the spans, or tracing is off', async () => {
    const tracing = createTracing({ ...options, enabled: false, metrics: true });
    expect(tracing.metrics.collect().scopes).toEqual([]);
    await tracing.shutdown();
  });
});
