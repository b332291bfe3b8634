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
   * Whether and how outgoing requests are traced. With false, the application traces none, neither those
   * of `fetch` and `node:http` nor those of `tracedFetch`, and sends neither trace context nor baggage.
   * @default true
   */
  readonly client?: boolean | HttpClientOptions;
}
