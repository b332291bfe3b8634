import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import { startAwakeTimeout } from '../../awake-timeout.js';
import { abortReason, type SendControl, SendError } from '../sender.js';
import type { Agents } from './agents.js';
import { brokenOff, ExchangeError, toExchangeError } from './exchange-error.js';
import { proxyRefusal } from './proxy-tunnels.js';
import { backoffMillis, parseRetryAfter, type RetryPolicy } from './retry-policy.js';
import { shownTarget, type Target } from './target.js';

/** The server, and how bodies are posted to it. All values are checked by then. */
export interface HttpPostOptions {
  readonly url: URL;
  /** The file of the socket at which the server of `url` listens. @default it listens at host and port of `url` */
  readonly socketPath?: string | undefined;
  /** They may hold secrets, so they are sent to the origin of `url` only. */
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  /** With gzip. */
  readonly isCompressed: boolean;
  /** The reason that the response to a refused request gives, if any. @default none is read */
  readonly readRefusal?: (body: Buffer, contentType: string | undefined) => string | undefined;
  readonly retry: RetryPolicy;
  /** For messages: how long a request may take, all tries and the waits between them included. */
  readonly timeoutMillis: number;
}

/** OTLP demands a limit. A longer response is a failure that is not retried. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;
/** OTLP/HTTP, "Failures": other statuses are final. */
const RETRYABLE_STATUSES = new Set([429, 502, 503, 504]);
/** Redirects that keep method and body. RFC 9110, section 15.4. */
const FOLLOWED_REDIRECTS = new Set([307, 308]);
const MAX_REDIRECTS = 5;
const TOO_LONG = 413;
const PROXY_AUTHENTICATION_REQUIRED = 407;
/** For messages: a server may send a longer one. */
const MAX_STATUS_TEXT_LENGTH = 100;

/** A complete response. */
interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One body on its way: follows redirects and retries, until a server accepts it or it is given up. */
export class HttpPost {
  #url: URL;
  #retryCount = 0;
  #redirectCount = 0;
  #isLastTry = false;
  #abortTry: ((error: ExchangeError) => void) | undefined;
  #endWait: (() => void) | undefined;

  constructor(
    private readonly options: HttpPostOptions,
    private readonly agents: Agents,
    private readonly body: Buffer,
    private readonly control: SendControl,
  ) {
    this.#url = options.url;
  }

  /** @returns a response of status 2xx; rejects with a {@link SendError} only */
  async run(): Promise<HttpResponse> {
    const { deadline, signal } = this.control;
    const timeout = startAwakeTimeout(
      () => this.abort(`no response within ${this.options.timeoutMillis} ms`),
      deadline - performance.now(),
      () => this.control.restartIfStopped?.(),
    );
    const abort = () => this.abort(abortReason(signal));
    signal?.addEventListener('abort', abort);
    try {
      for (;;) {
        const response = await this.#try();
        if (response !== undefined) return response;
      }
    } finally {
      timeout.clear();
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Lets the try under way be the last. */
  stopRetrying(): void {
    this.#isLastTry = true;
    this.#endWait?.();
  }

  /** Ends the post now. */
  abort(reason: string): void {
    this.stopRetrying();
    this.#abortTry?.(new ExchangeError(reason, false));
  }

  /** @returns undefined where it must be tried again, now */
  async #try(): Promise<HttpResponse | undefined> {
    let response: HttpResponse;
    try {
      response = await this.#exchange();
    } catch (error) {
      return this.#afterNoResponse(error as ExchangeError);
    }
    const { status, statusText } = response;
    if (status >= 200 && status < 300) return response;
    if (this.#followRedirect(response)) return undefined;
    const trouble =
      status === PROXY_AUTHENTICATION_REQUIRED
        ? proxyRefusal(status, statusText)
        : `${status} ${statusText.slice(0, MAX_STATUS_TEXT_LENGTH)}`.trimEnd();
    if (!RETRYABLE_STATUSES.has(status)) throw this.#error(trouble, response);
    await this.#waitForRetry(trouble, response);
    return undefined;
  }

  /** Sends one request and reads the response. Rejects with an {@link ExchangeError} only. */
  #exchange(): Promise<HttpResponse> {
    const { options, body } = this;
    const { request, options: route, headers } = this.agents.routeTo(this.#target);
    const outgoing = request({
      ...route,
      method: 'POST',
      headers: {
        ...headers,
        ...(this.#isOwnOrigin && options.headers),
        'content-type': options.contentType,
        ...(options.isCompressed && { 'content-encoding': 'gzip' }),
        'content-length': String(body.length),
      },
    });
    const response = new Promise<HttpResponse>((resolve, reject) => {
      let hasResponse = false;
      const fail = (error: ExchangeError): void => {
        reject(error);
        outgoing.destroy();
      };
      this.#abortTry = fail;
      outgoing.on('error', (error) => {
        // A server that responds before it has read the body may close the connection.
        if (!hasResponse) fail(toExchangeError(error, outgoing.reusedSocket));
      });
      outgoing.on('response', (incoming) => {
        hasResponse = true;
        readResponse(incoming, fail, (received) => {
          resolve(received);
          // A connection with a partly read body cannot be used again.
          if (!outgoing.writableFinished) outgoing.destroy();
        });
      });
    });
    outgoing.end(body);
    return response;
  }

  /** A redirect may lead away from the server that the user has named. */
  get #isOwnOrigin(): boolean {
    return this.#url.origin === this.options.url.origin;
  }

  get #target(): Target {
    return {
      url: this.#url,
      socketPath: this.#isOwnOrigin ? this.options.socketPath : undefined,
    };
  }

  async #afterNoResponse(error: ExchangeError): Promise<undefined> {
    if (!error.isRetryable) throw this.#error(error.message);
    // The server closed an idle connection just when it was used, which is normal. It closes all idle ones at
    // about that time; each such try uses one up, until the next connection is a new one.
    if (error.isStaleConnection) return;
    await this.#waitForRetry(error.message);
  }

  /** @returns whether the body must be sent to another URL */
  #followRedirect(response: HttpResponse): boolean {
    const { location } = response.headers;
    if (!FOLLOWED_REDIRECTS.has(response.status) || location === undefined) return false;
    if (++this.#redirectCount > MAX_REDIRECTS) {
      throw this.#error(`more than ${MAX_REDIRECTS} redirects`, response);
    }
    const base = this.#url;
    const target = URL.canParse(location, base.href) ? new URL(location, base) : undefined;
    const isDowngrade = base.protocol === 'https:' && target?.protocol !== 'https:';
    if (target === undefined || !/^https?:$/.test(target.protocol) || isDowngrade) {
      throw this.#error(`${response.status}, a redirect that must not be followed`, response);
    }
    this.#url = target;
    return true;
  }

  async #waitForRetry(trouble: string, response?: HttpResponse): Promise<void> {
    const { retry, timeoutMillis } = this.options;
    // The connection can break before the timer of a process that was stopped fires.
    this.control.restartIfStopped?.();
    if (this.#isLastTry || this.#retryCount >= retry.maxRetries) {
      throw this.#error(trouble, response);
    }
    const asked = parseRetryAfter(response?.headers['retry-after'], Date.now());
    const wait = asked ?? backoffMillis(retry, this.#retryCount);
    if (performance.now() + wait >= this.control.deadline) {
      const late =
        asked === undefined
          ? `, and the ${timeoutMillis} ms for an export are over`
          : `, to be sent again after ${Math.ceil(wait / 1000)} s, which is later than the ${timeoutMillis} ms for an export`;
      throw this.#error(trouble + late, response);
    }
    this.control.onRetry(this.#error(trouble, response));
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
    const reason =
      response && this.options.readRefusal?.(response.body, response.headers['content-type']);
    const target = this.#target;
    const proxy = this.agents.proxyOf(target);
    const way = proxy === undefined ? '' : ` through the proxy ${proxy.shown}`;
    const message = `POST ${shownTarget(target)}${way}: ${trouble}${tries}${reason ? `: ${reason}` : ''}`;
    return new SendError(message, response?.status, response?.status === TOO_LONG);
  }
}

function readResponse(
  incoming: IncomingMessage,
  fail: (error: ExchangeError) => void,
  succeed: (response: HttpResponse) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  incoming.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= MAX_RESPONSE_BYTES) chunks.push(chunk);
    else fail(new ExchangeError(`the response is longer than ${MAX_RESPONSE_BYTES} bytes`, false));
  });
  incoming.on('error', (error) => fail(brokenOff(error)));
  incoming.on('end', () =>
    succeed({
      status: incoming.statusCode ?? 0,
      statusText: incoming.statusMessage ?? '',
      headers: incoming.headers,
      body: Buffer.concat(chunks),
    }),
  );
}
