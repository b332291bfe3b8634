import type { Attributes } from '@opentelemetry/api';
import { ERROR_TYPE, HTTP_RESPONSE_STATUS_CODE } from '../attributes.js';
import { HttpClientOperation } from './http-client-operation.js';
import { NO_HEADERS } from './outgoing-request.js';

/**
 * The operation of a call of `traceHttpCall`. The result of the call says when it is over. The watcher of a client that
 * the library traces only tells of its connection and response.
 */
export class HttpCallOperation extends HttpClientOperation {
  override finish(): void {}
  override fail(): void {}
  override cancel(): void {}

  /**
   * Takes over what the user has set on the span. Called before the span ends.
   *
   * @param attributes with `error.type` if the call has failed
   */
  describe(attributes: Attributes): void {
    const status = attributes[HTTP_RESPONSE_STATUS_CODE];
    const errorType = attributes[ERROR_TYPE];
    if (typeof errorType === 'string') this.errorType = errorType;
    if (typeof status !== 'number') return;
    if (this.errorType === undefined) this.responded(status, NO_HEADERS);
    else this.status ??= status;
  }

  /** The work of the call is over, and its span has ended. */
  end(errorType?: string): void {
    this.errorType = errorType ?? this.errorType;
    super.finish();
  }
}
