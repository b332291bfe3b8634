import { performance } from 'node:perf_hooks';
import type { Agents } from './agents.js';
import { beginExchange, type Exchange, type ExchangeError, type HttpResponse } from './exchange.js';
import { backoffMillis, parseRetryAfter, type RetryPolicy } from './retry-policy.js';
import { redactUrl } from './target.js';

/** A body, its destination, and how often it is sent. */
export interface SendOptions {
  readonly url: URL;
  /** Headers that may hold secrets, so a redirect to another host does not get them. */
  readonly ownHeaders: Readonly<Record<string, string>>;
  /** Headers that describe the body. */
  readonly bodyHeaders: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly agents: Agents;
  readonly retry: RetryPolicy;
  /** For messages: the time for all tries and the waits between them. */
  readonly timeoutMillis: number;
  /** The end of that time, by `performance.now()`. */
  readonly deadline: number;
  readonly maxResponseBytes: number;
}

/** A request that was given up for good. */
export class SendError extends Error {
  override readonly name = 'SendError';

  constructor(
    message: string,
    /** The last response of the server, if there was one. */
    readonly response?: HttpResponse,
  ) {
    super(message);
  }
}

/** OTLP/HTTP, "Failures": all others are for good. */
const RETRYABLE_STATUSES = new Set([429, 502, 503, 504]);
/** Redirects that keep method and body. RFC 9110, section 15.4. */
const FOLLOWED_REDIRECTS = new Set([307, 308]);
const MAX_REDIRECTS = 5;

/** Sends one body: follows redirects and retries, until a server accepts it or it is given up. */
export class SendOperation {
  #url: URL;
  #retryCount = 0;
  #redirectCount = 0;
  #hasMetStaleConnection = false;
  #exchange: Exchange | undefined;
  #endWait: (() => void) | undefined;
  #isLastTry = false;

  constructor(private readonly options: SendOptions) {
    this.#url = options.url;
  }

  /** @returns a response of status 2xx; rejects with a {@link SendError} only */
  async run(): Promise<HttpResponse> {
    const { timeoutMillis, deadline } = this.options;
    const timer = setTimeout(
      () => this.abort(`no answer within ${timeoutMillis} ms`),
      deadline - performance.now(),
    );
    timer.unref();
    try {
      for (;;) {
        const response = await this.#try();
        if (response !== undefined) return response;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lets the try under way be the last. */
  stopRetrying(): void {
    this.#isLastTry = true;
    this.#endWait?.();
  }

  /** Ends the operation now. */
  abort(reason: string): void {
    this.stopRetrying();
    this.#exchange?.abort(reason);
  }

  /** @returns undefined where it must be tried again, now */
  async #try(): Promise<HttpResponse | undefined> {
    let response: HttpResponse;
    try {
      response = await this.#exchangeOnce();
    } catch (error) {
      return this.#afterNoResponse(error as ExchangeError);
    }
    const { status, statusText } = response;
    if (status >= 200 && status < 300) return response;
    if (this.#followRedirect(response)) return undefined;
    const trouble = `${status} ${statusText}`.trimEnd();
    if (!RETRYABLE_STATUSES.has(status)) throw this.#error(trouble, response);
    await this.#waitForRetry(trouble, response);
    return undefined;
  }

  #exchangeOnce(): Promise<HttpResponse> {
    const { options } = this;
    const { agents, ownHeaders, bodyHeaders } = options;
    const isSameOrigin = this.#url.origin === options.url.origin;
    this.#exchange = beginExchange({
      url: this.#url,
      headers: isSameOrigin ? { ...ownHeaders, ...bodyHeaders } : bodyHeaders,
      body: options.body,
      agent: this.#url.protocol === 'https:' ? agents.https : agents.http,
      maxResponseBytes: options.maxResponseBytes,
    });
    return this.#exchange.response;
  }

  async #afterNoResponse(error: ExchangeError): Promise<undefined> {
    if (!error.isRetryable) throw this.#error(error.message);
    if (error.isStaleConnection && !this.#hasMetStaleConnection) {
      // The server closed an idle connection just when it was used, which is normal.
      this.#hasMetStaleConnection = true;
      return;
    }
    await this.#waitForRetry(error.message);
  }

  /** @returns whether the body must be sent to another URL */
  #followRedirect(response: HttpResponse): boolean {
    const { location } = response.headers;
    if (!FOLLOWED_REDIRECTS.has(response.status) || location === undefined) return false;
    if (++this.#redirectCount > MAX_REDIRECTS) {
      throw this.#error(`more than ${MAX_REDIRECTS} redirects`, response);
    }
    const target = URL.canParse(location, this.#url.href)
      ? new URL(location, this.#url)
      : undefined;
    const isDowngrade = this.#url.protocol === 'https:' && target?.protocol !== 'https:';
    if (target === undefined || !/^https?:$/.test(target.protocol) || isDowngrade) {
      throw this.#error(`${response.status}, a redirect that must not be followed`, response);
    }
    this.#url = target;
    return true;
  }

  async #waitForRetry(trouble: string, response?: HttpResponse): Promise<void> {
    const { retry, timeoutMillis, deadline } = this.options;
    if (this.#isLastTry || this.#retryCount >= retry.maxRetries)
      throw this.#error(trouble, response);
    const asked = parseRetryAfter(response?.headers['retry-after'], Date.now());
    const wait = asked ?? backoffMillis(retry, this.#retryCount);
    if (performance.now() + wait >= deadline) {
      const late =
        asked === undefined
          ? `, and no time is left of ${timeoutMillis} ms`
          : `, to be sent again after ${Math.ceil(wait / 1000)} s, which is later than the ${timeoutMillis} ms for an export`;
      throw this.#error(trouble + late, response);
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, wait).unref();
      this.#endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endWait = undefined;
    if (this.#isLastTry) throw this.#error(trouble, response);
    this.#retryCount++;
  }

  #error(trouble: string, response?: HttpResponse): SendError {
    const tries = this.#retryCount === 0 ? '' : ` (after ${this.#retryCount + 1} tries)`;
    return new SendError(`POST ${redactUrl(this.#url)}: ${trouble}${tries}`, response);
  }
}
