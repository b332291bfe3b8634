import type { Context } from '@opentelemetry/api';
import type { Diagnostics } from '../diagnostics.js';
import { type ReadableSpan, RecordingSpan, type SpanProcessor } from '../trace/index.js';
import type { Redactor } from './redaction/redactor.js';

/**
 * Several span processors as one that never throws and never rejects: a failure of one processor is
 * reported, and neither the user's code nor the other processors see it.
 *
 * With a redactor, an ended span is redacted before the first processor gets it, so every processor
 * and exporter, ours or not, reads redacted values only. The span itself is changed and not copied:
 * code that still holds the span reads the redacted values too. A span that no processor keeps drops its data: a
 * context that outlives its work then keeps the ids only.
 */
export class SpanProcessors implements SpanProcessor {
  // Called for each span: plain fields and loops by index take half the time of `#` and `for … of`.
  private readonly processors: readonly SpanProcessor[];
  private readonly redactor: Redactor | undefined;
  readonly #diagnostics: Diagnostics;
  readonly #isKept: (processor: SpanProcessor) => boolean;
  /** Undefined where no processor has one, so that the end of a span does not call it. */
  readonly onEnding?: (span: RecordingSpan) => void;

  /**
   * @param processors called in this order
   * @param redactor redacts each span that has ended; undefined for no redaction
   * @param isKept whether a processor stays in use, so that `shutdown` only flushes it
   */
  constructor(
    processors: readonly SpanProcessor[],
    diagnostics: Diagnostics,
    redactor: Redactor | undefined = undefined,
    isKept: (processor: SpanProcessor) => boolean = () => false,
  ) {
    this.processors = [...processors];
    this.redactor = redactor;
    this.#isKept = isKept;
    this.#diagnostics = diagnostics;
    if (processors.some(({ onEnding }) => typeof onEnding === 'function')) {
      this.onEnding = (span) => this.#each((processor) => processor.onEnding?.(span));
    }
  }

  onStart(span: RecordingSpan, parentContext: Context): void {
    for (let i = 0; i < this.processors.length; i++) {
      try {
        (this.processors[i] as SpanProcessor).onStart(span, parentContext);
      } catch (error) {
        this.#reportThrown(error);
      }
    }
  }

  onEnd(span: ReadableSpan): void {
    const { redactor } = this;
    const isOwn = span instanceof RecordingSpan;
    if (redactor !== undefined && isOwn) redactor.redactSpan(span);
    let isKept = false;
    for (let i = 0; i < this.processors.length; i++) {
      const processor = this.processors[i] as SpanProcessor;
      try {
        processor.onEnd(span);
        isKept ||= processor.keepsSpans !== false;
      } catch (error) {
        isKept = true;
        this.#reportThrown(error);
      }
    }
    if (!isKept && isOwn) span.releaseData();
  }

  forceFlush(): Promise<void> {
    return this.#all('could not be flushed', (processor) => processor.forceFlush());
  }

  shutdown(): Promise<void> {
    return this.#all('could not be shut down', (processor) =>
      this.#isKept(processor) ? processor.forceFlush() : processor.shutdown(),
    );
  }

  #each(call: (processor: SpanProcessor) => void): void {
    for (const processor of this.processors) {
      try {
        call(processor);
      } catch (error) {
        this.#reportThrown(error);
      }
    }
  }

  #reportThrown(error: unknown): void {
    this.#diagnostics.report('A span processor threw', error);
  }

  async #all(trouble: string, call: (processor: SpanProcessor) => Promise<void>): Promise<void> {
    const settled = await Promise.allSettled(
      this.processors.map(async (processor) => call(processor)),
    );
    for (const result of settled) {
      if (result.status === 'rejected') {
        this.#diagnostics.report(`A span processor ${trouble}`, result.reason);
      }
    }
  }
}
