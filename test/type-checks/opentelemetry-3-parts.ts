/**
 * Holds, when it is compiled, what the documentation promises: parts of OpenTelemetry's SDK 3 fit where
 * ours do, and ours fit there. Nothing here runs.
 */

import type {
  IdGenerator,
  RecordingSpan,
  SpanExporter,
  SpanProcessor,
  TracingOptions,
} from 'nestjs-traced';
import { AlwaysOnSampler, ParentBasedSampler, type Sampler } from 'nestjs-traced';
import { SequentialIdGenerator } from 'nestjs-traced/testing';
import { AWSXRayPropagator } from 'propagator-aws-xray-3';
import { B3Propagator } from 'propagator-b3-3';
import * as stock from 'sdk-trace-3';

declare const span: RecordingSpan;

// Spans are read by both sides.
span satisfies stock.ReadableSpan;

// Their parts in our places.
new stock.AlwaysOnSampler() satisfies Sampler;
new stock.ParentBasedSampler({ root: new stock.TraceIdRatioBasedSampler(0.1) }) satisfies Sampler;
new stock.InMemorySpanExporter() satisfies SpanExporter;
new stock.RandomIdGenerator() satisfies IdGenerator;
new stock.SimpleSpanProcessor({
  exporter: new stock.InMemorySpanExporter(),
}) satisfies SpanProcessor;
({ propagator: new B3Propagator() }) satisfies TracingOptions;
({ propagator: new AWSXRayPropagator() }) satisfies TracingOptions;
({ tracerProvider: new stock.TracerProvider() }) satisfies TracingOptions;

// Our parts in their places.
new AlwaysOnSampler() satisfies stock.Sampler;
new ParentBasedSampler({ root: new stock.AlwaysOnSampler() }) satisfies stock.Sampler;
new SequentialIdGenerator() satisfies stock.IdGenerator;
({}) as SpanExporter satisfies stock.SpanExporter;
({}) as SpanProcessor satisfies stock.SpanProcessor;
