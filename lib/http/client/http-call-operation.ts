import type { Attributes } from '@opentelemetry/api';
import { ERROR_TYPE, HTTP_RESPONSE_STATUS_CODE } from '../attributes.js';
import { HttpClientOperation } from './http-client-operation.js';
import { NO_HEADERS } from './outgoing-request.js';

/**
 * The operation of a call of `traceHttpCall`. The result of the call says when it is over. The watcher of a client that
 * the library traces only tells of its connection and response.
 */
export class HttpCallOperation extends HttpClientOperation {
  #isOver = false;

  override connected(...values: Parameters<HttpClientOperation['connected']>): void {
    if (!this.#isOver) super.connected(...values);
  }

  override responded(...values: Parameters<HttpClientOperation['responded']>): void {
    if (!this.#isOver) super.responded(...values);
  }

  override finish(): void {}
  override fail(): void {}
  override cancel(): void {}

  /**
   * Takes over what the user has set on the span. Called right before the span ends, or instead of that: what a watcher
   * sees later, of a request that the call did not wait for, is not recorded.
   *
   * @param attributes with `error.type` if the call has failed
   */
  describe(attributes: Attributes): void {
    const status = attributes[HTTP_RESPONSE_STATUS_CODE];
    const errorType = attributes[ERROR_TYPE];
    if (typeof errorType === 'string') this.errorType = errorType;
    if (typeof status === 'number') {
      if (this.errorType === undefined) this.responded(status, NO_HEADERS);
      else this.status ??= status;
    }
    this.#isOver = true;
  }

  /** The work of the call is over, and its span has ended. */
  end(errorType?: string): void {
    this.errorType = errorType ?? this.errorType;
    super.finish();
  }
}
