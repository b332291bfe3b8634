import type { Span, SpanContext } from '@opentelemetry/api';

/** The members of a span that records nothing: they have no effect. */
export abstract class NonRecordingSpan implements Span {
  abstract spanContext(): SpanContext;

  isRecording(): boolean {
    return false;
  }

  setAttribute(): this {
    return this;
  }

  setAttributes(): this {
    return this;
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus(): this {
    return this;
  }

  updateName(): this {
    return this;
  }

  end(): void {}

  recordException(): void {}
}
