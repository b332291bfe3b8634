import type { EntryOperation, LocalSpan, TracingContext } from '../context/index.js';

/** Number of recorded exceptions. A stream can fail in many places; the first exceptions are sufficient. */
const MAX_EXCEPTIONS = 8;

/**
 * A received message, call or job and its span, until its handling is over. Rooms extend it by the ends that they
 * have.
 *
 * After its end it holds nothing of the message or of an exception, because a timer or cache that keeps the
 * context also keeps the operation.
 */
export abstract class IncomingOperation implements EntryOperation {
  /** The active context while the work is handled. */
  readonly context: TracingContext;

  // TypeScript's `private` and `protected`, not `#`: on Node 20 each `#` member makes construction slower.
  protected exceptionCount = 0;
  protected lastException: unknown = undefined;

  /**
   * @param open the open operations of the handler; a recorded operation is in it until its end
   * @param extracted the context that was extracted from the message
   */
  constructor(
    private readonly open: Set<IncomingOperation>,
    readonly span: LocalSpan,
    extracted: TracingContext,
  ) {
    this.context = extracted.withEntry(span, this);
    if (span.isRecording()) open.add(this);
  }

  get entrySpan(): LocalSpan {
    return this.span;
  }

  exceptionCaught(exception: unknown): void {
    if (!this.span.isRecording() || this.exceptionCount === MAX_EXCEPTIONS) return;
    // Several layers can report the same exception.
    if (this.exceptionCount > 0 && exception === this.lastException) return;
    this.exceptionCount++;
    this.lastException = exception;
    this.recordCaught(exception);
  }

  /** The handling ended without an error. Only the first end has an effect. */
  finish(): void {
    if (this.span.isRecording()) this.end();
  }

  /**
   * The handling stopped before its end, for the given reason, which becomes an event. Only the first end
   * has an effect.
   */
  breakOff(reason: string): void {
    if (!this.span.isRecording()) return;
    this.span.addEvent(reason);
    this.end();
  }

  /** Adds an exception that reached the exception layer of Nest to the span. */
  protected recordCaught(exception: unknown): void {
    this.span.recordExceptionOnce(exception);
  }

  /** Ends the span, which must be recording. */
  protected end(): void {
    this.open.delete(this);
    this.span.end();
    this.lastException = undefined;
  }
}
