import type { IncomingMessage } from 'node:http';
import type { LocalSpan } from '../../context/index.js';

/**
 * Which requests are not traced: an exact path without its query (`/health`), a pattern that is tested
 * against the path, or a function of the request as Node sees it. A function that throws is reported
 * and ignores nothing.
 */
export type HttpIgnoreRule = string | RegExp | ((request: IncomingMessage) => boolean);

/**
 * What becomes of the trace context that a request brings: it is continued, so that the trace goes on
 * as a child of the caller's span and the caller's sampling decision is followed; or a trace of its own
 * begins, sampled as any root, with a link to the caller's span or without. In the last two cases
 * nothing else that the request says of traces is believed either, and its baggage is dropped.
 */
export type IncomingContext = 'continue' | 'link' | 'ignore';

/** What the spans of an HTTP server show, and how far its callers are believed. */
export interface HttpServerOptions {
  /**
   * Requests that are not traced, and nothing that they cause in this process either. Asked before a
   * span exists, so an ignored request costs next to nothing.
   * @default []
   */
  readonly ignore?: readonly HttpIgnoreRule[];
  /**
   * True believes `Forwarded` and `X-Forwarded-For`, `-Host`, `-Proto` where they say who the client
   * is and which host it named. Anyone can send these headers: only for servers that are reached
   * through a proxy alone.
   * @default false
   */
  readonly trustProxy?: boolean;
  /**
   * How far callers are trusted with their trace context; see {@link IncomingContext}. Where anybody
   * can send requests, anybody can have their traces recorded, and put into traces of others: `link`
   * keeps a public server's traces its own. A function decides for each request, before anything of
   * the application has run; one that throws or answers something else is reported and means `ignore`.
   * @default 'continue'
   */
  readonly incomingContext?: IncomingContext | ((request: IncomingMessage) => IncomingContext);
  /**
   * Keys of the baggage entries that are believed of callers whose trace is not continued.
   * @default []
   */
  readonly incomingBaggageKeys?: readonly string[];
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
   * request as Node sees it, before anything of the application has run. What it throws is reported.
   * @default none
   */
  readonly onRequest?: (span: LocalSpan, request: IncomingMessage) => void;
}
