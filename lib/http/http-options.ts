import type { HttpClientOptions } from './client/index.js';
import type { HttpServerOptions } from './server/index.js';

/** What is traced of HTTP, and what its spans show. */
export interface HttpTracingOptions {
  /**
   * Whether and how the requests to the application are traced. False hooks nothing; then only
   * handlers with `HttpTracingInterceptor` have server spans.
   * @default true
   */
  readonly server?: boolean | HttpServerOptions;
  /** How the requests that `tracedFetch` sends are traced. @default {} */
  readonly client?: HttpClientOptions;
}
