import { SpanStatusCode } from '@opentelemetry/api';
import type { LocalSpan, TracingContext } from '../../context/index.js';
import type { Measurement } from '../../operation/index.js';
import {
  ERROR_TYPE,
  HTTP_REQUEST_BODY_SIZE,
  HTTP_RESPONSE_BODY_SIZE,
  HTTP_RESPONSE_STATUS_CODE,
  NETWORK_PEER_ADDRESS,
  NETWORK_PEER_PORT,
  NETWORK_PROTOCOL_VERSION,
} from '../attributes.js';
import { hasLostReason, isCancelledByCaller, recordClientFailure } from './client-failure.js';
import type { HttpClientSettings } from './http-client-settings.js';
import {
  copyHeaders,
  type OutgoingRequest,
  type ResponseHeaders,
  sentUrl,
} from './outgoing-request.js';
import { expectRedirect, expectRetry } from './resends.js';

/** The operations of an application whose spans have not ended. */
export type OpenOperations = Set<HttpClientOperation>;

/**
 * One attempt to send a request: from its start until its response has been read, it failed, or its
 * caller gave it up. The watchers and `tracedFetch` report what happens; reports after the end have no
 * effect. No method throws.
 */
export class HttpClientOperation {
  readonly span: LocalSpan;
  readonly settings: HttpClientSettings;
  readonly #open: OpenOperations;
  /** The context in which the client sends the next attempt. */
  readonly #sendingContext: TracingContext;
  readonly #method: string;
  readonly #url: URL;
  readonly #resendCount: number;
  #signal: AbortSignal | null | undefined;
  protected readonly measurement: Measurement | undefined;
  #isConnected = false;
  #hasResponse = false;
  #hasTimedOut = false;
  #isEnded = false;
  // For the metric.
  #protocolVersion: string | undefined;
  protected status: number | undefined;
  protected errorType: string | undefined;

  /** @param measurement undefined in an application without metrics */
  constructor(
    span: LocalSpan,
    settings: HttpClientSettings,
    open: OpenOperations,
    sendingContext: TracingContext,
    { method, url, signal }: OutgoingRequest,
    resendCount: number,
    measurement?: Measurement,
  ) {
    this.span = span;
    this.settings = settings;
    this.#open = open;
    this.#sendingContext = sendingContext;
    this.#method = method;
    this.#url = url;
    this.#signal = signal;
    this.#resendCount = resendCount;
    this.measurement = measurement;
    if (this.isObserved) open.add(this);
  }

  /** Whether anything is recorded of the request: a span, or a metric of a request that is not sampled. */
  get isObserved(): boolean {
    return this.span.isRecording() || (this.measurement !== undefined && !this.#isEnded);
  }

  /** Whether its duration is a metric. */
  get isMeasured(): boolean {
    return this.measurement !== undefined;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /**
   * The request is on a connection.
   *
   * @param address undefined for a socket without an address, such as a Unix socket
   * @param protocolVersion such as `1.1`
   */
  connected(
    address: string | undefined,
    port: number | undefined,
    protocolVersion: string | undefined,
  ): void {
    if (this.#isEnded) return;
    this.#isConnected = true;
    this.#protocolVersion = protocolVersion;
    this.span.setAttribute(NETWORK_PEER_ADDRESS, address);
    this.span.setAttribute(NETWORK_PEER_PORT, port);
    this.span.setAttribute(NETWORK_PROTOCOL_VERSION, protocolVersion);
  }

  /** The connection was silent for the time that the client allowed. The client may still wait. */
  sawTimeout(): void {
    this.#hasTimedOut = true;
  }

  /** The status line and the headers of the response have arrived. */
  responded(status: number, headers: ResponseHeaders): void {
    if (this.#isEnded || this.#hasResponse || typeof status !== 'number') return;
    this.#hasResponse = true;
    this.status = status;
    const { span, settings } = this;
    span.setAttribute(HTTP_RESPONSE_STATUS_CODE, status);
    settings.responseHeaders?.setOn(span, headers);
    if (settings.recordsBodySizes) span.setAttribute(HTTP_RESPONSE_BODY_SIZE, bodySizeOf(headers));
    if (status >= 400) {
      this.errorType = String(status);
      span.setAttribute(ERROR_TYPE, this.errorType);
      span.setStatus({ code: SpanStatusCode.ERROR });
      if (status >= 500 || status === 429 || status === 408) this.#expectRetry();
    } else if (status >= 300) {
      this.#expectRedirect(headers);
    }
    if (span.isRecording()) {
      settings.onResponse?.call(span, {
        status,
        get headers() {
          return copyHeaders(headers);
        },
      });
    }
    if (settings.endsWithHeaders) this.finish();
  }

  /** The response has been read, or its socket has closed after it was complete. */
  finish(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#open.delete(this);
    this.#signal = undefined;
    if (this.span.isRecording()) this.span.end();
    const { measurement } = this;
    measurement?.end(
      measurement.path.with(this.#protocolVersion).with(this.status).with(this.errorType),
    );
  }

  /** The request failed, or its caller cancelled it: the error tells. */
  fail(error: unknown): void {
    if (this.#isEnded) return;
    const signal = this.#signal;
    const cause = signal?.aborted === true && hasLostReason(error) ? signal.reason : error;
    // A timeout before there is a connection looks the same, and is the more likely case.
    const isUnclear = !this.#isConnected && hasLostReason(cause);
    if (isCancelledByCaller(cause, signal) && !isUnclear) {
      this.cancel();
      return;
    }
    this.errorType = recordClientFailure(this.span, cause);
    this.#expectRetry();
    this.finish();
  }

  /** The caller gave the request or its response up. This is an error only after a timeout. */
  cancel(): void {
    if (this.#isEnded) return;
    if (this.#hasTimedOut) {
      this.errorType = 'timeout';
      this.span.setAttribute(ERROR_TYPE, this.errorType);
      this.span.setStatus({ code: SpanStatusCode.ERROR, message: 'The request timed out' });
      this.#expectRetry();
    } else {
      this.span.addEvent('request aborted');
    }
    this.finish();
  }

  #expectRetry(): void {
    expectRetry(this.#sendingContext, sentUrl(this.#url), this.#method, this.#resendCount + 1);
  }

  #expectRedirect(headers: ResponseHeaders): void {
    const location = headers.get('location');
    const base = this.#url.href;
    if (typeof location !== 'string' || !URL.canParse(location, base)) return;
    const target = sentUrl(new URL(location, base));
    expectRedirect(this.#sendingContext, target, this.#resendCount + 1);
  }
}

/** Records the size of a request's body, if its headers name it. */
export function recordRequestBodySize(span: LocalSpan, headers: ResponseHeaders): void {
  span.setAttribute(HTTP_REQUEST_BODY_SIZE, bodySizeOf(headers));
}

function bodySizeOf(headers: ResponseHeaders): number | undefined {
  const length = headers.get('content-length');
  return typeof length === 'string' && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}
