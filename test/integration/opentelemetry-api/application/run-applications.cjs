// Runs two applications in turn, in each of which a library works inside a request. Prints the spans
// of each, by parent and name, and what the library reported.
exports.runApplications = async ({ createTracing, InMemorySpanExporter }, { work }) => {
  const applications = [];
  const warnings = [];
  const logger = { warn: (message) => warnings.push(message) };
  for (let count = 0; count < 2; count++) {
    const exporter = new InMemorySpanExporter();
    const tracing = createTracing({ serviceName: 'shop', exporter, logger });
    tracing.tracer.trace('request', work);
    const spans = exporter.getFinishedSpans();
    const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
    applications.push(
      spans.map(({ name, parentSpanContext }) =>
        [names.get(parentSpanContext?.spanId), name].filter(Boolean).join(' > '),
      ),
    );
    await tracing.shutdown();
    // Between two applications the library works as without tracing.
    work();
  }
  console.log(JSON.stringify({ applications, warnings }));
};
