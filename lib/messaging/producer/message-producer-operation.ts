import { SpanStatusCode } from '@opentelemetry/api';
import type { LocalSpan, TracingContext } from '../../context/index.js';
import { ERROR_TYPE, OTHER_ERROR } from '../attributes.js';

/** A sent message and its span, until it is dispatched or answered. `MessageProducerHandler` begins it. */
export class MessageProducerOperation {
  /**
   * @param open the open operations of the handler
   * @param span a span that is not recorded if the trace is not sampled
   * @param context the active context while the message is sent
   */
  constructor(
    private readonly open: Set<MessageProducerOperation>,
    readonly span: LocalSpan,
    readonly context: TracingContext,
  ) {
    if (span.isRecording()) open.add(this);
  }

  /** The event is dispatched, or the last answer has arrived. Only the first end has an effect. */
  finish(): void {
    if (!this.span.isRecording()) return;
    this.end();
  }

  /**
   * The message could not be sent, or the receiver answered with an error. Only the first end has an effect.
   *
   * @param error an `Error`, or the error in an answer, which can be any value
   */
  fail(error: unknown): void {
    const { span } = this;
    if (!span.isRecording()) return;
    if (error instanceof Error) {
      span.recordError(error);
    } else {
      // Nothing was thrown here: an answer contains a text or an object.
      span.setAttribute(ERROR_TYPE, OTHER_ERROR);
      span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
    }
    this.end();
  }

  /**
   * Nobody waits for the answer any more, for the given reason, which becomes an event. Only the first end
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
  }
}

/** A receiver can answer with a document. */
const MAX_MESSAGE_LENGTH = 4096;

function messageOf(error: unknown): string | undefined {
  try {
    const text =
      typeof error === 'object' ? (error as { message?: unknown } | null)?.message : error;
    return typeof text === 'string' ? text.slice(0, MAX_MESSAGE_LENGTH) : undefined;
  } catch {
    return undefined;
  }
}
