import type { Context } from '@opentelemetry/api';
import { type ReadableSpan, RecordingSpan, type SpanProcessor } from '../../trace/index.js';
import type { Redactor } from './redactor.js';

/**
 * Stands in front of all other span processors, and redacts a span when it has ended, before any of
 * them sees it so: the one place through which everything goes that leaves. The span itself is changed
 * and no copy made, so whoever still holds the span reads the redacted values as well.
 */
export class RedactingSpanProcessor implements SpanProcessor {
  /** Undefined where no other processor wants it. */
  readonly onEnding?: (span: RecordingSpan) => void;

  /** @param next must not throw */
  constructor(
    private readonly next: SpanProcessor,
    private readonly redactor: Redactor,
  ) {
    if (next.onEnding !== undefined) this.onEnding = (span) => next.onEnding?.(span);
  }

  onStart(span: RecordingSpan, parentContext: Context): void {
    this.next.onStart(span, parentContext);
  }

  onEnd(span: ReadableSpan): void {
    if (span instanceof RecordingSpan) this.redactor.redactSpan(span);
    this.next.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }
}
