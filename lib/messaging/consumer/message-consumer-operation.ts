import { type Attributes, SpanStatusCode } from '@opentelemetry/api';
import { errorTypeOf } from '../../context/index.js';
import { IncomingOperation } from '../../operation/index.js';
import { ERROR_TYPE, NO_HANDLER } from '../attributes.js';

/** A received message and its span, until its handling is over. `MessageConsumerHandler` begins it. */
export class MessageConsumerOperation extends IncomingOperation {
  private isHeld = false;
  private isOver = false;

  /** Adds an event, such as the acknowledgement of the message. */
  addEvent(name: string, attributes?: Attributes): void {
    this.span.addEvent(name, attributes);
  }

  /** From now on, {@link finish} has no effect until {@link release}. A failure ends the operation at once. */
  hold(): void {
    this.isHeld = true;
  }

  /** Undoes {@link hold}, and ends the operation if it was finished in the meantime. */
  release(): void {
    this.isHeld = false;
    if (this.isOver) this.finish();
  }

  override finish(): void {
    if (this.isHeld) this.isOver = true;
    else super.finish();
  }

  /**
   * The handling failed. The span shows the exception that the handler threw, if Nest's filters have turned
   * it into the given error. Only the first end has an effect.
   */
  fail(error: unknown): void {
    if (!this.isOpen) return;
    this.recordFailure(error);
    this.end();
  }

  /** Like {@link fail}, but more is to come before the end, such as a negative acknowledgement. */
  recordFailure(error: unknown): void {
    const failure = this.exceptionCount > 0 ? this.lastException : error;
    this.span.recordError(failure);
    this.errorType = errorTypeOf(failure);
  }

  /** No handler takes the message. Only the first end has an effect. */
  finishUnhandled(): void {
    if (!this.isOpen) return;
    this.errorType = NO_HANDLER;
    this.span.setAttribute(ERROR_TYPE, NO_HANDLER);
    this.span.setStatus({
      code: SpanStatusCode.ERROR,
      message: 'The application has no handler for the message',
    });
    this.end();
  }
}
