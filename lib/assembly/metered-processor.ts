import type { Context } from '@opentelemetry/api';
import type { OverheadMeter } from '../sampling/overhead-meter.js';
import type { ReadableSpan, RecordingSpan, SpanProcessor } from '../trace/index.js';

/**
 * Times the starts and ends of spans, for `maxOverheadRatio`. A start begins at the sampler, and is over when the
 * processors have the span.
 */
export class MeteredProcessor implements SpanProcessor {
  /** Undefined where no processor has one, so that the end of a span does not call it. */
  readonly onEnding?: (span: RecordingSpan) => void;

  /** @param processor must not throw; `SpanProcessors` ensures it */
  constructor(
    private readonly processor: SpanProcessor,
    private readonly meter: OverheadMeter,
  ) {
    if (processor.onEnding !== undefined) this.onEnding = (span) => processor.onEnding?.(span);
  }

  onStart(span: RecordingSpan, parentContext: Context): void {
    this.processor.onStart(span, parentContext);
    this.meter.finish();
  }

  onEnd(span: ReadableSpan): void {
    this.meter.begin();
    this.processor.onEnd(span);
    this.meter.finish();
  }

  forceFlush(): Promise<void> {
    return this.processor.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.processor.shutdown();
  }
}
