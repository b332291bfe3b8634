import type { LocalSpan } from '../../context/index.js';

/**
 * Which receivers of requests: an origin (`https://stock.example`), a host with any scheme and port
 * (`stock.example`), a host with a port (`localhost:8080`), all subdomains of a host
 * (`*.stock.example`, `https://*.stock.example`; not the domain itself), a pattern that is tested
 * against the origin, or a function of the URL. A function that throws is reported and matches nothing.
 */
export type HttpOriginRule = string | RegExp | ((url: URL) => boolean);

/**
 * Which requests are not traced: all to an origin or host, written as in {@link HttpOriginRule}; an
 * exact URL without its query (`https://stock.example/health`), a pattern that is tested against the
 * URL without its query, or a function of the URL. A function that throws is reported and ignores
 * nothing.
 */
export type HttpClientIgnoreRule = string | RegExp | ((url: URL) => boolean);

/** A request that `tracedFetch` is about to send. All of it is a copy: changing it changes nothing. */
export interface OutgoingHttpRequest {
  /** As the caller gave it; `GET` where none was given. */
  readonly method: string;
  /** The absolute URL, with its query. */
  readonly url: URL;
  /** The headers that the caller gave, without those of tracing. */
  readonly headers: Headers;
  /** The template of the path, if the caller gave one: `/items/{sku}`. */
  readonly urlTemplate: string | undefined;
}

/** What the spans of outgoing HTTP requests show, and what the requests themselves carry. */
export interface HttpClientOptions {
  /**
   * Requests that have no span, and with which neither trace context nor baggage is sent.
   * @default []
   */
  readonly ignore?: readonly HttpClientIgnoreRule[];
  /**
   * The receivers to which the trace context is sent. Requests to others are traced, but carry neither
   * trace context nor baggage; this holds for redirects too.
   * @default all
   */
  readonly propagateTo?: readonly HttpOriginRule[];
  /**
   * The receivers, out of those of `propagateTo`, to which baggage is sent. Set it where baggage holds
   * something that is not for everybody.
   * @default all
   */
  readonly propagateBaggageTo?: readonly HttpOriginRule[];
  /**
   * Names of request headers to record as `http.request.header.<name>`, in any case.
   * @default []
   */
  readonly captureRequestHeaders?: readonly string[];
  /**
   * Names of response headers to record as `http.response.header.<name>`, in any case.
   * @default []
   */
  readonly captureResponseHeaders?: readonly string[];
  /**
   * Query parameters whose values are replaced by `REDACTED`, besides those of signed URLs (`sig`,
   * `Signature`, `X-Amz-Signature` and the like); case-sensitive. User and password always are.
   * @default []
   */
  readonly redactedQueryKeys?: readonly string[];
  /**
   * The methods that may stand in span names, upper case; all others are `_OTHER`. Replaces the
   * default as a whole.
   * @default `OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS`, else those of RFC 9110, PATCH and QUERY
   */
  readonly knownMethods?: readonly string[];
  /**
   * Called when the span of a request has started, if it is recorded, before the request is sent: to
   * set attributes from the request. What it throws is reported and changes nothing.
   * @default none
   */
  readonly onRequest?: (span: LocalSpan, request: OutgoingHttpRequest) => void;
}
