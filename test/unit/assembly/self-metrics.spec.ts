import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type BatchObservableCallback,
  type Meter,
  metrics,
  type Observable,
} from '@opentelemetry/api';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { createTracing } from '../../../lib/assembly/create-tracing.js';
import { observeSelf } from '../../../lib/assembly/self-metrics.js';
import { BatchSpanProcessor, TailSamplingProcessor } from '../../../lib/delivery/index.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { InMemorySpanExporter } from '../../../lib/export/index.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { createTestTracing } from '../../../lib/testing/index.js';

function instrument(name: string, options?: { unit?: string }): Observable {
  return { name, unit: options?.unit, addCallback() {}, removeCallback() {} } as Observable;
}

/** A meter that says what a reader would collect: `name{attributes}` with unit and value. */
class ReadMeter {
  readonly callbacks = new Set<BatchObservableCallback>();

  createObservableCounter = instrument;
  createObservableUpDownCounter = instrument;
  addBatchObservableCallback = (callback: BatchObservableCallback): void =>
    void this.callbacks.add(callback);
  removeBatchObservableCallback = (callback: BatchObservableCallback): void =>
    void this.callbacks.delete(callback);

  collect(): Record<string, number> {
    const collected: Record<string, number> = {};
    for (const callback of this.callbacks) {
      callback({
        observe: (instrument: Observable, value: number, attributes = {}) => {
          const { name, unit } = instrument as Observable & { name: string; unit: string };
          const labels = Object.entries(attributes).map(([key, label]) => `${key}=${label}`);
          collected[`${name} ${unit} ${labels.join(' ')}`.trimEnd()] = value;
        },
      } as Parameters<BatchObservableCallback>[0]);
    }
    return collected;
  }
}

function registeredMeter(): ReadMeter {
  const meter = new ReadMeter();
  metrics.setGlobalMeterProvider({ getMeter: () => meter as unknown as Meter });
  return meter;
}

afterEach(() => metrics.disable());

describe('observeSelf', () => {
  it('shows the counts under the names of the conventions', async () => {
    const diagnostics = new Diagnostics({ warn: () => {} });
    const exporter = new InMemorySpanExporter();
    const batch = new BatchSpanProcessor(exporter, { maxQueueSize: 2, diagnostics });
    const { tracer, provider, recorder, close } = createTestTracing({ spanProcessors: [batch] });
    const meter = registeredMeter();
    const stop = observeSelf(provider.core, [recorder, batch]);
    const live = tracer.startSpan('live');
    for (let i = 0; i < 2; i++) tracer.startSpan('queued').end();
    const names = { type: 'otel.component.type', name: 'otel.component.name' };
    const processor = `${names.type}=batching_span_processor ${names.name}=batching_span_processor/1`;
    const to = `${names.type}=InMemorySpanExporter ${names.name}=InMemorySpanExporter/1`;
    const started = 'otel.sdk.span.started {span} otel.span.sampling_result=';
    expect(meter.collect()).toEqual({
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
    expect(meter.collect()).toMatchObject({
      'otel.sdk.span.live {span}': 0,
      [`otel.sdk.processor.span.queue.size {span} ${processor}`]: 0,
      [`otel.sdk.processor.span.processed {span} ${processor}`]: 3,
      [`otel.sdk.processor.span.processed {span} ${processor} error.type=queue_full`]: 1,
      [`otel.sdk.processor.span.processed {span} ${processor} error.type=already_shutdown`]: 1,
      [`otel.sdk.exporter.span.exported {span} ${to}`]: 2,
      [`otel.sdk.exporter.span.exported {span} ${to} error.type=_OTHER`]: 1,
    });
    stop?.();
    expect(meter.collect()).toEqual({});
    recorder.takeSpans();
    close();
  });

  it('shows the counts of log records', async () => {
    const meter = registeredMeter();
    const { tracing, close } = createTestTracing({ logRecordLimits: {} });
    tracing.logSink?.emit({ severityNumber: 9, body: 'a' });
    const collected = Object.entries(meter.collect()).filter(([line]) => line.includes('.log.'));
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
    close();
    expect(meter.collect()).toEqual({});
  });

  it('uses names that the conventions have', async () => {
    const batch = new BatchSpanProcessor(new InMemorySpanExporter());
    const { provider, close } = createTestTracing({ spanProcessors: [batch] });
    const meter = registeredMeter();
    observeSelf(provider.core, [batch]);
    const known: readonly unknown[] = Object.values(conventions);
    const words = Object.keys(meter.collect()).flatMap((line) => line.split(/ \{span\} ?| /));
    const names = words.map((word) => word.split('=')[0]).filter((name) => name !== '');
    expect(new Set(names).size).toBe(10);
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    close();
  });

  it('shows a span that nobody wanted as no error', async () => {
    const batch = new BatchSpanProcessor(new InMemorySpanExporter());
    const tail = new TailSamplingProcessor(batch);
    const { tracer, provider, recorder, close } = createTestTracing({ spanProcessors: [tail] });
    const meter = registeredMeter();
    const stop = observeSelf(provider.core, [tail]);
    tracer.startSpan('let go').end();
    expect(tail.counts.dropped).toEqual({ tail_not_kept: 1 });
    expect(Object.keys(meter.collect()).filter((name) => name.includes('error'))).toEqual([]);
    stop?.();
    recorder.takeSpans();
    close();
  });

  it('does nothing where no meter provider is registered', () => {
    const { provider, close } = createTestTracing();
    expect(observeSelf(provider.core, [])).toBeUndefined();
    close();
  });

  it('survives a meter provider that throws', () => {
    metrics.setGlobalMeterProvider({
      getMeter: () => {
        throw new Error('out of order');
      },
    });
    const { provider, warnings, close } = createTestTracing();
    expect(observeSelf(provider.core, [])).toBeUndefined();
    expect(warnings).toEqual([
      'The meter provider threw. No metrics of tracing are exposed: Error: out of order',
    ]);
    close();
  });
});

describe('a tracing', () => {
  it('is observed until it is shut down, also where the meter provider comes later', async () => {
    const options = {
      registerGlobally: false,
      sampler: new AlwaysOffSampler(),
      spanProcessors: [],
    };
    const tracing = createTracing(options);
    const meter = registeredMeter();
    tracing.observeSelf();
    tracing.observeSelf();
    tracing.tracer.startSpan('no').end();
    expect(meter.callbacks.size).toBe(1);
    expect(meter.collect()).toMatchObject({
      'otel.sdk.span.started {span} otel.span.sampling_result=DROP': 1,
    });
    await tracing.shutdown();
    tracing.observeSelf();
    expect(meter.callbacks.size).toBe(0);
  });
});
