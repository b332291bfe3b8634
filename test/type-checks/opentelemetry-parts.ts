/**
 * Holds, when it is compiled, what the documentation promises: parts of OpenTelemetry's SDK 2 fit where
 * ours do, and ours fit there. Nothing here runs.
 */
import type { Span, Tracer } from '@opentelemetry/api';
import * as stockMetrics from '@opentelemetry/sdk-metrics';
import * as stock from '@opentelemetry/sdk-trace-base';
import type { MetricExporter, ReadableMetrics, SpanExporter } from 'nestjs-traced';
import {
  AlwaysOnSampler,
  type IdGenerator,
  InMemoryMetricExporter,
  OtlpMetricExporter,
  type Tracer as OurTracer,
  ParentBasedSampler,
  RandomIdGenerator,
  type ReadableSpan,
  type RecordingSpan,
  type Resource,
  type Sampler,
  type SpanProcessor,
} from 'nestjs-traced';
import { SequentialIdGenerator } from 'nestjs-traced/testing';

declare const span: RecordingSpan;
declare const resource: Resource;
declare const ourReadableSpan: ReadableSpan;

// Spans are read by both sides.
span satisfies stock.ReadableSpan;
span satisfies ReadableSpan;
ourReadableSpan satisfies stock.ReadableSpan;
resource satisfies stock.ReadableSpan['resource'];

// Their parts in our places.
new stock.AlwaysOnSampler() satisfies Sampler;
new stock.ParentBasedSampler({ root: new stock.TraceIdRatioBasedSampler(0.1) }) satisfies Sampler;
new stock.InMemorySpanExporter() satisfies SpanExporter;
new stock.ConsoleSpanExporter() satisfies SpanExporter;
new stock.SimpleSpanProcessor(new stock.InMemorySpanExporter()) satisfies SpanProcessor;
new stock.BatchSpanProcessor(new stock.InMemorySpanExporter()) satisfies SpanProcessor;
new stock.NoopSpanProcessor() satisfies SpanProcessor;
new stock.RandomIdGenerator() satisfies IdGenerator;

// Our parts in their places.
new AlwaysOnSampler() satisfies stock.Sampler;
new ParentBasedSampler({ root: new stock.AlwaysOnSampler() }) satisfies stock.Sampler;
new stock.ParentBasedSampler({ root: new AlwaysOnSampler() }) satisfies Sampler;
new RandomIdGenerator() satisfies stock.IdGenerator;
new SequentialIdGenerator() satisfies stock.IdGenerator;
({}) as SpanExporter satisfies stock.SpanExporter;
({}) as SpanProcessor satisfies stock.SpanProcessor;
// @ts-expect-error A sampler is no exporter: the checks above can fail.
new AlwaysOnSampler() satisfies stock.SpanExporter;

// What the API names.
span satisfies Span;
({}) as OurTracer satisfies Tracer;

// Metrics are read by both sides, and their exporters fit both ways.
({}) as ReadableMetrics satisfies stockMetrics.ResourceMetrics;
new InMemoryMetricExporter() satisfies stockMetrics.PushMetricExporter;
new OtlpMetricExporter() satisfies stockMetrics.PushMetricExporter;
new stockMetrics.ConsoleMetricExporter() satisfies MetricExporter;
({}) as MetricExporter satisfies stockMetrics.PushMetricExporter;
({}) as stockMetrics.PushMetricExporter satisfies MetricExporter;
// @ts-expect-error A span exporter is no metric exporter: the checks above can fail.
new stock.InMemorySpanExporter() satisfies MetricExporter;
