import type { HttpClientOptions } from './client/index.js';
import type { HttpServerOptions } from './server/index.js';

/** What is traced of HTTP, and what its spans show. */
export interface HttpTracingOptions {
  /**
   * Whether and how the requests to the application are traced. False hooks nothing; then only
   * handlers with `HttpTracingInterceptor` have server spans. It stands for `{ hooks: false }`.
   * @default true
   */
  readonly server?: boolean | HttpServerOptions;
  /**
   * Whether and how the requests that `tracedFetch` sends are traced. False makes it `fetch` in this
   * application, also what `createTracedFetch` made: no span, and no trace context or baggage is sent.
   * @default true
   */
  readonly client?: boolean | HttpClientOptions;
}
