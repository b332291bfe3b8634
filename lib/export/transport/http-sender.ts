import type { AgentOptions } from 'node:https';
import { performance } from 'node:perf_hooks';
import { Agents, type ExporterTlsOptions } from './agents.js';
import type { HttpResponse } from './exchange.js';
import type { RetryPolicy } from './retry-policy.js';
import { SendError } from './send-error.js';
import { SendOperation } from './send-operation.js';

/** Where a sender sends to, and how. All values are checked by then. */
export interface HttpSenderOptions {
  /** Whose sender it is, for messages: `OtlpSpanExporter`. */
  readonly owner: string;
  readonly url: URL;
  /** Sent to the host of `url` only. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls?: ExporterTlsOptions | undefined;
  readonly agentOptions?: AgentOptions | undefined;
  readonly retry: RetryPolicy;
  /** For one body, where no deadline is given with it: all tries, and the waits between them. */
  readonly timeoutMillis: number;
}

/** OTLP asks for a bound; an answer that is longer is a failure that is not retried. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;
/** Over before the second in which our processors want an exporter to be closed. */
const CLOSE_GRACE_MILLIS = 900;

/**
 * Posts bodies to one URL over connections that stay open. A body is sent again, the very same bytes,
 * where the protocols of tracing let it: after 429, 502, 503, 504, and when no response came.
 */
export class HttpSender {
  readonly #options: HttpSenderOptions;
  readonly #agents: Agents;
  readonly #operations = new Map<SendOperation, Promise<unknown>>();
  #isClosed = false;

  /** @throws TracingConfigError for unusable `tls` */
  constructor(options: HttpSenderOptions) {
    this.#options = options;
    this.#agents = new Agents(options.owner, options.tls, options.agentOptions);
  }

  /**
   * Sends a body. Whoever calls sees to it that tracing is suppressed.
   *
   * @param headers those that describe the body; its length is among them by itself
   * @param deadline when to give up, by `performance.now()`
   * @returns a response of status 2xx
   * @throws SendError by rejection, and nothing else
   */
  async send(
    body: Uint8Array,
    headers: Readonly<Record<string, string>>,
    deadline = performance.now() + this.#options.timeoutMillis,
  ): Promise<HttpResponse> {
    if (this.#isClosed) throw new SendError('The sender is shut down');
    const { url, headers: ownHeaders, retry, timeoutMillis } = this.#options;
    const operation = new SendOperation({
      url,
      ownHeaders,
      bodyHeaders: { ...headers, 'content-length': String(body.length) },
      body,
      agents: this.#agents,
      retry,
      timeoutMillis,
      deadline,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
    const response = operation.run();
    this.#operations.set(operation, response);
    try {
      return await response;
    } finally {
      this.#operations.delete(operation);
    }
  }

  /** Closes all connections. A request under way has a second left, but is not sent again. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const underWay = [...this.#operations];
    for (const [operation] of underWay) operation.stopRetrying();
    const timer = setTimeout(() => {
      for (const [operation] of underWay) operation.abort('the exporter was shut down');
    }, CLOSE_GRACE_MILLIS);
    await Promise.allSettled(underWay.map(([, response]) => response));
    clearTimeout(timer);
    this.#agents.destroy();
  }
}
