/** What the spans of outgoing HTTP requests show. */
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
}
