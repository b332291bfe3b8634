import { IncomingOperation, isWebSocketAnswer } from '../operation/index.js';

/** A message for a gateway and its span, until the last answer is sent. `WebSocketHandler` begins it. */
export class WebSocketOperation extends IncomingOperation {
  /** True if the end of the answers ends the operation; otherwise the end of the handler does. */
  waitsForAnswers = false;

  /** The handling failed with an error that Nest's filters have not handled. */
  fail(error: unknown): void {
    if (!this.span.isRecording()) return;
    const isRecorded = this.exceptionCount > 0 && error === this.lastException;
    // A filter can throw an answer again, which then does not reach the client.
    if (!isRecorded || isWebSocketAnswer(error)) this.span.recordError(error);
    this.end();
  }

  /** An exception that the gateway answers with, such as a `WsException`, is no error of the server. */
  protected override recordCaught(exception: unknown): void {
    if (isWebSocketAnswer(exception)) this.span.recordExceptionOnce(exception);
    else this.span.recordError(exception);
  }
}
