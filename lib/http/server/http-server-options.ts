import type { IncomingMessage } from 'node:http';
import type { IncomingContextOptions } from '../../carriers/index.js';
import type { LocalSpan } from '../../context/index.js';

/**
 * Which requests are not traced: an exact path without its query (`/health`), a pattern that is tested
 * against the path, or a function of the request as Node sees it. A function that throws is reported
 * and ignores nothing.
 */
export type HttpServerIgnoreRule = string | RegExp | ((request: IncomingMessage) => boolean);

/** What the spans of an HTTP server show, and how far its callers are trusted. */
export interface HttpServerOptions extends IncomingContextOptions<IncomingMessage> {
  /**
   * False hooks nothing on the application: only handlers with `HttpTracingInterceptor` have server
   * spans, with these options.
   * @default true
   */
  readonly hooks?: boolean;
  /**
   * Requests that are not traced, and nothing that they cause in this process either. The rules are
   * evaluated before a span exists, so an ignored request costs next to nothing.
   * @default []
   */
  readonly ignore?: readonly HttpServerIgnoreRule[];
  /**
   * True believes `Forwarded` and `X-Forwarded-For`, `-Host`, `-Proto` where they say who the client
   * is and which host it named. Anyone can send these headers: only for servers that are reached
   * through a proxy alone.
   * @default false
   */
  readonly trustProxy?: boolean;
  /**
   * Names of request headers to record as `http.request.header.<name>`, in any case. The sampler
   * sees them.
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
   * `Signature`, `X-Amz-Signature` and the like); case-sensitive.
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
   * Called when the span of a request has started, if it is recorded: to set attributes from the
   * request as Node sees it, before anything of the application has run. What it throws is reported
   * and changes nothing.
   * @default none
   */
  readonly onRequest?: (span: LocalSpan, request: IncomingMessage) => void;
}
