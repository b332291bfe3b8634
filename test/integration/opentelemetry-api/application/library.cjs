// A library that knows nothing but the API, in CommonJS.
const { context, trace } = require('@opentelemetry/api');

const earlyTracer = trace.getTracer('library', '2.0.0');
const earlyProvider = trace.getTracerProvider();

exports.work = () => {
  earlyTracer.startActiveSpan('tracer taken early', (span) => span.end());
  earlyProvider.getTracer('library').startSpan('provider taken early', {}, context.active()).end();
  trace.getTracer('library').startActiveSpan('tracer taken late', (span) => span.end());
};
