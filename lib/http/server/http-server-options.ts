import type { IncomingMessage } from 'node:http';
import type { IncomingContextOptions } from '../../carriers/index.js';
import type { LocalSpan } from '../../context/index.js';

/**
 * Selects requests that are not traced: an exact path without its query (`/health`), a regular expression for
 * the path, or a function of the request as Node receives it. A function that throws is reported and does
 * not match.
 */
export type HttpServerIgnoreRule = string | RegExp | ((request: IncomingMessage) => boolean);

/** Options for the spans of an HTTP server, and for the context that it accepts from callers. */
export interface HttpServerOptions extends IncomingContextOptions<IncomingMessage> {
  /**
   * False installs no hooks: only handlers with `HttpTracingInterceptor` have server spans, with these
   * options.
   * @default true
   */
  readonly hooks?: boolean;
  /**
   * Requests that are not traced, and neither is the work that they cause in this process. The rules are
   * evaluated before a span is created, so an ignored request costs very little.
   * @default []
   */
  readonly ignore?: readonly HttpServerIgnoreRule[];
  /**
   * True reads the client and the host from `Forwarded` or `X-Forwarded-For`, `-Host` and `-Proto`. Every
   * client can send these headers, so use it only for servers that are reachable only through a proxy.
   * @default false
   */
  readonly trustProxy?: boolean;
  /**
   * Names of request headers to record as `http.request.header.<name>`, in any case. Samplers also see
   * them.
   * @default []
   */
  readonly captureRequestHeaders?: readonly string[];
  /**
   * Names of response headers to record as `http.response.header.<name>`, in any case.
   * @default []
   */
  readonly captureResponseHeaders?: readonly string[];
  /**
   * Adds the trace id to each response: `'traceresponse'` is the header of the draft W3C Trace Context Level
   * 2, `00-<trace id>-<span id>-<flags>`; a header of any other name, such as `'x-trace-id'`, has the trace
   * id only. The header is set before any code of the application, so also on errors and redirects, and if
   * the trace is not sampled. A header of the same name that the application sets takes precedence. Ignored
   * requests have no header.
   * @default none
   */
  readonly exposeTraceId?: 'traceresponse' | 'x-trace-id' | (string & {});
  /**
   * Query parameters whose values are replaced with `REDACTED`, in addition to those of signed URLs (`sig`,
   * `Signature`, `X-Amz-Signature` and others); case-sensitive.
   * @default []
   */
  readonly redactedQueryKeys?: readonly string[];
  /**
   * Methods that can occur in span names, in upper case; all others are `_OTHER`. The list replaces the
   * default.
   * @default `OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS`, else the methods of RFC 9110, PATCH and QUERY
   */
  readonly knownMethods?: readonly string[];
  /**
   * Called after the start of a recorded span, before any code of the application, to set attributes from
   * the request as Node receives it. If it throws, the error is reported and has no other effect.
   * @default none
   */
  readonly onRequest?: (span: LocalSpan, request: IncomingMessage) => void;
}
