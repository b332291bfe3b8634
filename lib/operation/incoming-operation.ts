import type { EntryOperation, LocalSpan, SeriesPath, TracingContext } from '../context/index.js';
import type { Measurement } from './measurement.js';

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
  /** `error.type` of the metric: as the span has it, also if that is not recorded. */
  protected errorType: string | undefined = undefined;
  private isMeasured: boolean;

  /**
   * @param open the open operations of the handler; a recorded operation is in it until its end
   * @param extracted the context that was extracted from the message
   * @param measurement undefined if the duration is no metric
   */
  constructor(
    private readonly open: Set<IncomingOperation>,
    readonly span: LocalSpan,
    extracted: TracingContext,
    private readonly measurement?: Measurement,
  ) {
    this.context = extracted.withEntry(span, this);
    this.isMeasured = measurement !== undefined;
    if (this.isOpen) open.add(this);
  }

  /** False after the end, and for work of which nothing is recorded: neither a span nor a metric. */
  get isOpen(): boolean {
    return this.isMeasured || this.span.isRecording();
  }

  get entrySpan(): LocalSpan {
    return this.span;
  }

  exceptionCaught(exception: unknown): void {
    if (!this.isOpen || this.exceptionCount === MAX_EXCEPTIONS) return;
    // Several layers can report the same exception.
    if (this.exceptionCount > 0 && exception === this.lastException) return;
    this.exceptionCount++;
    this.lastException = exception;
    this.recordCaught(exception);
  }

  /** The handling ended without an error. Only the first end has an effect. */
  finish(): void {
    if (this.isOpen) this.end();
  }

  /**
   * The handling stopped before its end, for the given reason, which becomes an event. Only the first end
   * has an effect.
   */
  breakOff(reason: string): void {
    if (!this.isOpen) return;
    this.span.addEvent(reason);
    this.end();
  }

  /** Adds an exception that reached the exception layer of Nest to the span. */
  protected recordCaught(exception: unknown): void {
    this.span.recordExceptionOnce(exception);
  }

  /** Ends the operation, which must be open. */
  protected end(): void {
    this.open.delete(this);
    if (this.span.isRecording()) this.span.end();
    const { measurement } = this;
    if (this.isMeasured) measurement?.end(this.seriesOf(measurement.path));
    this.isMeasured = false;
    this.lastException = undefined;
  }

  /** Completes the path of the metric with what is known at the end. */
  protected seriesOf(path: SeriesPath): SeriesPath {
    return path.with(this.errorType);
  }
}
