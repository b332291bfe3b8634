import { SpanStatusCode } from '@opentelemetry/api';
import { errorTypeOf, type LocalSpan, type TracingContext } from '../../context/index.js';
import type { Measurement } from '../../operation/index.js';
import { ERROR_TYPE, OTHER_ERROR } from '../attributes.js';

/** A sent message and its span, until it is dispatched or answered. `MessageProducerHandler` begins it. */
export class MessageProducerOperation {
  private isMeasured: boolean;

  /**
   * @param open the open operations of the handler
   * @param span a span that is not recorded if the trace is not sampled
   * @param context the active context while the message is sent
   * @param measurement undefined in an application without metrics
   */
  constructor(
    private readonly open: Set<MessageProducerOperation>,
    readonly span: LocalSpan,
    readonly context: TracingContext,
    private readonly measurement?: Measurement,
  ) {
    this.isMeasured = measurement !== undefined;
    if (this.isOpen) open.add(this);
  }

  /** False after the end, and for a message of which nothing is recorded: neither a span nor a metric. */
  get isOpen(): boolean {
    return this.isMeasured || this.span.isRecording();
  }

  /** The event is dispatched, or the last answer has arrived. Only the first end has an effect. */
  finish(): void {
    if (this.isOpen) this.end(undefined);
  }

  /**
   * The message could not be sent, or the receiver answered with an error. Only the first end has an effect.
   *
   * @param error an `Error`, or the error in an answer, which can be any value
   */
  fail(error: unknown): void {
    const { span } = this;
    if (!this.isOpen) return;
    let errorType = OTHER_ERROR;
    if (error instanceof Error) {
      span.recordError(error);
      errorType = errorTypeOf(error);
    } else {
      // Nothing was thrown here: an answer contains a text or an object.
      span.setAttribute(ERROR_TYPE, OTHER_ERROR);
      span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
    }
    this.end(errorType);
  }

  /**
   * Nobody waits for the answer any more, for the given reason, which becomes an event. Only the first end
   * has an effect.
   */
  breakOff(reason: string): void {
    if (!this.isOpen) return;
    this.span.addEvent(reason);
    this.end(undefined);
  }

  private end(errorType: string | undefined): void {
    this.open.delete(this);
    const { span, measurement } = this;
    if (span.isRecording()) span.end();
    if (this.isMeasured) measurement?.end(measurement.path.with(errorType));
    this.isMeasured = false;
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
