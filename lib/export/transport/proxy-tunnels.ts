import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import type { RequestOptions } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { ExchangeError, toExchangeError } from './exchange-error.js';
import { hostOf } from './no-proxy.js';
import type { HttpProxy } from './proxy-choice.js';

/** As for requests: the proxy may succeed later. */
const RETRYABLE_STATUSES = new Set([429, 502, 503, 504]);
const PROXY_AUTHENTICATION_REQUIRED = 407;
/** For messages: a proxy may send a longer one. */
const MAX_STATUS_TEXT_LENGTH = 100;

/** Called once, with a connection or the reason why there is none. */
export type TunnelCallback = (error: ExchangeError | null, socket?: Socket) => void;

/** The header by which a proxy knows its user. */
export function proxyHeaders({ credentials }: HttpProxy): Record<string, string> {
  if (credentials === undefined) return {};
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/** Where a proxy listens, as options of a request to it. */
export function proxyAddress({ url }: HttpProxy): RequestOptions {
  const isTls = url.protocol === 'https:';
  const host = hostOf(url);
  return {
    host,
    port: url.port || (isTls ? 443 : 80),
    // The agent would take the name from the header Host, which names the receiver. An address is no name for TLS.
    ...(isTls && { servername: isIP(host) === 0 ? host : '' }),
  };
}

/** What a refusal by a proxy means for the reader of the log. */
export function proxyRefusal(status: number, statusText = ''): string {
  const text = `${status} ${statusText.slice(0, MAX_STATUS_TEXT_LENGTH)}`.trimEnd();
  if (status !== PROXY_AUTHENTICATION_REQUIRED) return text;
  return `${text}; the proxy wants a user and a password, or other ones. Write them into its URL: http://user:password@proxy:3128`;
}

/**
 * Opens connections through proxies with the method CONNECT. Spec: RFC 9110, section 9.3.6. A proxy that speaks TLS is
 * trusted by the authorities of Node: certificates for the receiver are not for the proxy.
 */
export class ProxyTunnels {
  readonly #pending = new Set<ClientRequest>();

  /** @param timeoutMillis how long one may take: what waits for it may have given up */
  constructor(private readonly timeoutMillis: number) {}

  /** @param authority host and port of the receiver, an IPv6 address in brackets */
  open(proxy: HttpProxy, authority: string, callback: TunnelCallback): void {
    const { url } = proxy;
    const isTls = url.protocol === 'https:';
    const request = isTls ? process.getBuiltinModule('node:https').request : requestHttp;
    const outgoing = request({
      method: 'CONNECT',
      ...proxyAddress(proxy),
      path: authority,
      headers: { host: authority, connection: 'keep-alive', ...proxyHeaders(proxy) },
      agent: false,
    });
    this.#pending.add(outgoing);
    const timer = setTimeout(
      () => outgoing.destroy(new Error(`no answer within ${this.timeoutMillis} ms`)),
      this.timeoutMillis,
    ).unref();
    const end = (error: ExchangeError | null, socket?: Socket): void => {
      clearTimeout(timer);
      if (this.#pending.delete(outgoing)) callback(error, socket);
    };
    outgoing.on('error', (error) => end(toProxyError(proxy, error)));
    outgoing.on('connect', (response, socket, head) => {
      const refusal = refusalOf(proxy, authority, response);
      if (refusal !== undefined) {
        socket.destroy();
        end(refusal);
        return;
      }
      if (head.length > 0) socket.unshift(head);
      end(null, socket);
    });
    outgoing.end();
  }

  /** Ends those that are being opened. */
  destroy(): void {
    for (const outgoing of this.#pending) outgoing.destroy(new Error('the exporter was shut down'));
  }
}

function refusalOf(
  { shown }: HttpProxy,
  authority: string,
  { statusCode = 0, statusMessage }: IncomingMessage,
): ExchangeError | undefined {
  if (statusCode >= 200 && statusCode < 300) return undefined;
  const refusal = proxyRefusal(statusCode, statusMessage);
  return new ExchangeError(
    `the proxy ${shown} refused to connect to ${authority}: ${refusal}`,
    RETRYABLE_STATUSES.has(statusCode),
  );
}

function toProxyError({ shown }: HttpProxy, error: NodeJS.ErrnoException): ExchangeError {
  const { message, isRetryable } = toExchangeError(error, false);
  return new ExchangeError(`no connection to the proxy ${shown}: ${message}`, isRetryable);
}
