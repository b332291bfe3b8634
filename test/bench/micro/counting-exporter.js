/**
 * Takes spans, does nothing with them and counts them: what remains is the tracer's own cost, and a
 * span that a full queue dropped would be missed.
 */
export class CountingExporter {
  spans = 0;

  export(spans, resultCallback) {
    this.spans += spans.length;
    resultCallback({ code: 0 });
  }

  async forceFlush() {}

  async shutdown() {}
}
