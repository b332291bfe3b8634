import type { HttpClientOptions } from './client/index.js';
import type { HttpServerOptions } from './server/index.js';

/** Options for HTTP servers and clients. */
export interface HttpTracingOptions {
  /**
   * Whether and how incoming requests are traced. False installs no hooks: only handlers with
   * `HttpTracingInterceptor` have server spans. It is short for `{ hooks: false }`.
   * @default true
   */
  readonly server?: boolean | HttpServerOptions;
  /**
   * Whether and how the requests of `tracedFetch` are traced. With false, `tracedFetch` and the
   * functions that `createTracedFetch` returns behave like `fetch` in this application: they create no
   * spans and send neither trace context nor baggage.
   * @default true
   */
  readonly client?: boolean | HttpClientOptions;
}
