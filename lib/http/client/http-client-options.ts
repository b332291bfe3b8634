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

/** A request that is about to be sent. All of it is a copy: a change to it does not affect the request. */
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

/** The head of a response. */
export interface IncomingHttpResponse {
  /** The status code. */
  readonly status: number;
  /** A copy of the headers. */
  readonly headers: Headers;
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
   * `Signature`, `X-Amz-Signature` and the like; case-sensitive) and those whose key would make an
   * attribute secret (`token`, `api_key` and the like). User and password are always replaced.
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
   * True traces only requests that are sent inside an operation with a span. Requests outside, such as
   * those of a timer, otherwise begin a trace.
   * @default false; under a test runner true for all requests but those of `tracedFetch`,
   *   `createTracedFetch` and `traceHttpCall`, so that the requests of a test to its application begin no
   *   traces
   */
  readonly requireParent?: boolean;
  /**
   * When the span ends: when the response has been read or given up, or when its headers have arrived.
   * @default 'body'
   */
  readonly endsWith?: 'body' | 'headers';
  /**
   * Record `http.request.body.size` and `http.response.body.size`, if the header `content-length` names
   * them.
   * @default false
   */
  readonly captureBodySizes?: boolean;
  /**
   * Returns the name of the span of a request. It must have few different values. With undefined, or if
   * the function throws, the name is the method and the template.
   * @default none
   */
  readonly nameOf?: (request: OutgoingHttpRequest) => string | undefined;
  /**
   * Returns the template of the path, such as `/items/{sku}`, for requests that have none by
   * `withUrlTemplate` or `tracedFetch`. It becomes `url.template` and part of the span's name.
   * @default none
   */
  readonly urlTemplate?: (request: OutgoingHttpRequest) => string | undefined;
  /**
   * Called when the span of a request has started, if it is recorded, before the request is sent: to
   * set attributes from the request. What it throws is reported and changes nothing.
   * @default none
   */
  readonly onRequest?: (span: LocalSpan, request: OutgoingHttpRequest) => void;
  /**
   * Called when the headers of a response have arrived, if the span is recorded. What it throws is
   * reported and changes nothing.
   * @default none
   */
  readonly onResponse?: (span: LocalSpan, response: IncomingHttpResponse) => void;
}
