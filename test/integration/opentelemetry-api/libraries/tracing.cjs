const { trace } = require('@opentelemetry/api');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const { createTracing } = require('nestjs-traced');
const { SpanRecorder, traceAsText } = require('nestjs-traced/testing');

/**
 * Starts a tracing whose spans go to a recorder: by its own pipeline, or through the provider of
 * OpenTelemetry's SDK.
 *
 * @param pipeline `own` or `other`
 */
exports.startTracing = (pipeline) => {
  const recorder = new SpanRecorder();
  if (pipeline === 'other') new NodeTracerProvider({ spanProcessors: [recorder] }).register();
  const tracing = createTracing(
    pipeline === 'other'
      ? { tracerProvider: trace.getTracerProvider() }
      : { spanProcessors: [recorder] },
  );
  return { tracing, tracer: tracing.tracer, recorder };
};

/**
 * Takes time. OpenTelemetry's SDK rounds starts down to a millisecond, so that a span of a library would
 * otherwise be shown before a span of ours that it follows.
 */
exports.takeTime = () => new Promise((resolve) => setTimeout(resolve, 3));

/** Prints the trace of the request, and the scopes of its spans. */
exports.print = (recorder) => {
  const spans = recorder.takeSpans();
  const { traceId } = spans.find(({ name }) => name === 'request').spanContext();
  const ofRequest = spans.filter((span) => span.spanContext().traceId === traceId);
  const scopes = new Set(ofRequest.map(({ instrumentationScope }) => instrumentationScope.name));
  const trace = traceAsText(ofRequest, { attributes: false }).split('\n');
  console.log(JSON.stringify({ trace, scopes: [...scopes].sort() }));
};
