import type { EntryOperation, LocalSpan, TracingContext } from '../context/index.js';

/** Number of recorded exceptions. A stream of answers can fail in many places; the first are sufficient. */
const MAX_EXCEPTIONS = 8;

/**
 * A message for a gateway and its span, until the last answer is sent. `WebSocketHandler` begins it.
 *
 * It holds nothing of the message and its client, because a timer or cache that keeps the context also keeps
 * the operation.
 */
export class WebSocketOperation implements EntryOperation {
  /** The active context while the message is handled. */
  readonly context: TracingContext;
  /** True if the end of the answers ends the operation; otherwise the end of the handler does. */
  waitsForAnswers = false;

  // TypeScript's `private`, not `#`: on Node 20 each `#` member makes construction slower.
  private exceptionCount = 0;
  private lastException: unknown = undefined;

  /**
   * @param open the open operations of the handler
   * @param extracted the context that was extracted from the message
   */
  constructor(
    private readonly open: Set<WebSocketOperation>,
    readonly span: LocalSpan,
    extracted: TracingContext,
  ) {
    this.context = extracted.withEntry(span, this);
    if (span.isRecording()) open.add(this);
  }

  /** An exception that the gateway answers with, such as a `WsException`, is no error of the server. */
  exceptionCaught(exception: unknown): void {
    if (!this.span.isRecording() || this.exceptionCount === MAX_EXCEPTIONS) return;
    // Several layers can report the same exception.
    if (this.exceptionCount > 0 && exception === this.lastException) return;
    this.exceptionCount++;
    this.lastException = exception;
    if (isAnswer(exception)) this.span.recordExceptionOnce(exception);
    else this.span.recordError(exception);
  }

  /** The handling ended. Only the first end has an effect. */
  finish(): void {
    if (!this.span.isRecording()) return;
    this.open.delete(this);
    this.span.end();
    this.lastException = undefined;
  }

  /** The handling failed with an error that Nest's filters have not handled. */
  fail(error: unknown): void {
    if (!this.span.isRecording()) return;
    const isRecorded = this.exceptionCount > 0 && error === this.lastException;
    // A filter can throw an answer again, which then does not reach the client.
    if (!isRecorded || isAnswer(error)) this.span.recordError(error);
    this.finish();
  }

  /** The handling stopped before its end, for the given reason, which becomes an event. */
  breakOff(reason: string): void {
    if (!this.span.isRecording()) return;
    this.span.addEvent(reason);
    this.finish();
  }
}

/** True for Nest's `WsException`, whose `getError()` is sent to the client. */
function isAnswer(exception: unknown): boolean {
  try {
    const { getError, getStatus } = exception as { getError?: unknown; getStatus?: unknown };
    return typeof getError === 'function' && typeof getStatus !== 'function';
  } catch {
    // Anything can be thrown: `null` has no members, and getters can throw.
    return false;
  }
}
