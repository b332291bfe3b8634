import { type Attributes, SpanStatusCode } from '@opentelemetry/api';
import type { EntryOperation, LocalSpan, TracingContext } from '../../context/index.js';
import { ERROR_TYPE, NO_HANDLER } from '../attributes.js';

/** Number of recorded exceptions. A stream can fail in many places; the first exceptions are sufficient. */
const MAX_EXCEPTIONS = 8;

/**
 * A received message and its span, until its handling is over. `MessageConsumerHandler` begins it.
 *
 * After its end it holds nothing of the message or of an exception, because a timer or cache that keeps
 * the context also keeps the operation.
 */
export class MessageConsumerOperation implements EntryOperation {
  /** The active context while the message is handled. */
  readonly context: TracingContext;

  // TypeScript's `private`, not `#`: on Node 20 each `#` member makes construction slower.
  private exceptionCount = 0;
  private lastException: unknown = undefined;

  /**
   * @param open the open operations of the handler
   * @param extracted the context that was extracted from the message
   */
  constructor(
    private readonly open: Set<MessageConsumerOperation>,
    readonly span: LocalSpan,
    extracted: TracingContext,
  ) {
    this.context = extracted.withEntry(span, this);
    if (span.isRecording()) open.add(this);
  }

  exceptionCaught(exception: unknown): void {
    if (!this.span.isRecording() || this.exceptionCount === MAX_EXCEPTIONS) return;
    // Several layers can report the same exception.
    if (exception === this.lastException) return;
    this.exceptionCount++;
    this.lastException = exception;
    this.span.recordExceptionOnce(exception);
  }

  /** Adds an event, such as the acknowledgement of the message. */
  addEvent(name: string, attributes?: Attributes): void {
    this.span.addEvent(name, attributes);
  }

  /** The handling ended without an error. Only the first end has an effect. */
  finish(): void {
    if (!this.span.isRecording()) return;
    this.end();
  }

  /**
   * The handling failed. The span shows the exception that the handler threw, if Nest's filters have turned
   * it into the given error. Only the first end has an effect.
   */
  fail(error: unknown): void {
    if (!this.span.isRecording()) return;
    this.span.recordError(this.exceptionCount > 0 ? this.lastException : error);
    this.end();
  }

  /** No handler takes the message. Only the first end has an effect. */
  finishUnhandled(): void {
    if (!this.span.isRecording()) return;
    this.span.setAttribute(ERROR_TYPE, NO_HANDLER);
    this.span.setStatus({
      code: SpanStatusCode.ERROR,
      message: 'The application has no handler for the message',
    });
    this.end();
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

  private end(): void {
    this.open.delete(this);
    this.span.end();
    this.lastException = undefined;
  }
}
