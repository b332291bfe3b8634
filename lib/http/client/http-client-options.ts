/**
 * Which receivers: an origin (`https://stock.example`), a host with any scheme and port
 * (`stock.example`), with a port of its own (`localhost:8080`), all subdomains of one
 * (`*.stock.example`, `https://*.stock.example`; not the domain itself), a pattern that is tested
 * against the origin, or a function of the URL. A function that throws is reported and means no.
 */
export type OriginRule = string | RegExp | ((url: URL) => boolean);

/** What the spans of outgoing HTTP requests show, and what the requests themselves carry. */
export interface HttpClientOptions {
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
   * The receivers that learn of the trace. Requests to others are traced, but carry neither trace
   * context nor baggage; redirects keep to it too.
   * @default all
   */
  readonly propagateTo?: readonly OriginRule[];
  /**
   * The receivers, out of those of `propagateTo`, that are sent baggage. Set it where baggage says
   * something that is not for everybody.
   * @default all
   */
  readonly propagateBaggageTo?: readonly OriginRule[];
}
