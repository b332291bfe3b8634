import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { CountingExporter } from '../counting-exporter.js';
import { encoding } from '../encoding-case.js';
import { extracting, injecting } from '../propagation-cases.js';
import { spanCases } from '../span-cases.js';
import * as subjects from '../subjects.js';

/** OpenTelemetry's own SDK, set up by hand as its documentation shows. */
function start(sampler, spanProcessor) {
  const exporter = new CountingExporter();
  const processor =
    spanProcessor ?? new BatchSpanProcessor(exporter, { maxExportBatchSize: subjects.BATCH_SPANS });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'bench' }),
    sampler: new ParentBasedSampler({ root: sampler }),
    spanProcessors: [processor],
  });
  provider.register();
  return { tracer: provider.getTracer('bench'), exporter, flush: () => processor.forceFlush() };
}

export const startSampled = () => start(new AlwaysOnSampler());
export const startUnsampled = () => start(new TraceIdRatioBasedSampler(0));

export const { rootSpan, childSpan, unsampledRoot, unsampledChild, unsampledRemoteParent } =
  spanCases(startSampled, startUnsampled);

const w3c = () => new W3CTraceContextPropagator();
const b3 = () => new B3Propagator();
const b3Multi = () => new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER });

const extract = (propagator, carriers) => {
  startSampled();
  return extracting(propagator, carriers);
};

const inject = (propagator, names) => {
  const { tracer } = startSampled();
  return injecting(propagator, tracer, names);
};

export const extractW3c = () => extract(w3c(), subjects.W3C_CARRIERS);
export const extractW3cWithState = () => extract(w3c(), subjects.W3C_CARRIERS_WITH_STATE);
export const extractB3 = () => extract(b3(), subjects.B3_CARRIERS);
export const extractB3Multi = () => extract(b3Multi(), subjects.B3_MULTI_CARRIERS);
export const injectW3c = () => inject(w3c(), ['traceparent']);
export const injectB3 = () => inject(b3(), ['b3']);
export const injectB3Multi = () => inject(b3Multi(), ['x-b3-traceid', 'x-b3-sampled']);

export function encodeOtlp() {
  const ended = [];
  const { tracer } = start(new AlwaysOnSampler(), {
    onStart() {},
    onEnd: (span) => ended.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  });
  return encoding(tracer, ended, (spans) => ProtobufTraceSerializer.serializeRequest(spans));
}
