import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { defaultPortOf, type HostAndPort, parseHostAndPort } from '../../carriers/index.js';
import { readForwarding } from './forwarding.js';

/** Who asked, and whom. */
export interface RequestOrigin {
  readonly scheme: string;
  readonly serverAddress: string | undefined;
  readonly serverPort: number | undefined;
  readonly clientAddress: string | undefined;
}

/**
 * Reads scheme, server and client of requests.
 *
 * Spec: `docs/http/http-spans.md`, "Setting `server.address` and `server.port` attributes".
 */
export class RequestOriginReader {
  readonly #trustProxy: boolean;
  // Nearly all requests of a server name the same host.
  #lastHost = '';
  #lastAuthority: HostAndPort | undefined;

  /** @param trustProxy whether `Forwarded` and `X-Forwarded-*` are believed */
  constructor(trustProxy: boolean) {
    this.#trustProxy = trustProxy;
  }

  read(request: IncomingMessage): RequestOrigin {
    const { headers, socket } = request;
    const host = headers[':authority'] ?? headers.host;
    const scheme = (socket as Partial<TLSSocket> | null)?.encrypted === true ? 'https' : 'http';
    const peerAddress = socket?.remoteAddress;
    if (!this.#trustProxy) return this.#originOf(scheme, host, peerAddress);
    const forwarding = readForwarding(headers);
    return this.#originOf(
      forwarding.scheme ?? scheme,
      forwarding.host ?? host,
      addressOf(forwarding.client) ?? peerAddress,
    );
  }

  #originOf(
    scheme: string,
    host: string | string[] | undefined,
    clientAddress: string | undefined,
  ): RequestOrigin {
    const authority = typeof host === 'string' ? this.#authorityOf(host) : undefined;
    return {
      scheme,
      serverAddress: authority?.host,
      serverPort: authority === undefined ? undefined : (authority.port ?? defaultPortOf(scheme)),
      clientAddress,
    };
  }

  #authorityOf(host: string): HostAndPort | undefined {
    if (host !== this.#lastHost) {
      this.#lastHost = host;
      this.#lastAuthority = parseHostAndPort(host);
    }
    return this.#lastAuthority;
  }
}

/** Without the port that some proxies add; an IPv6 address may stand without brackets. */
function addressOf(client: string | undefined): string | undefined {
  if (client === undefined) return undefined;
  return parseHostAndPort(client)?.host ?? client;
}
