import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { defaultPortOf, type HostAndPort, parseHostAndPort } from '../../carriers/index.js';
import type {
  CLIENT_ADDRESS,
  HTTP_REQUEST_METHOD,
  HTTP_REQUEST_METHOD_ORIGINAL,
  NETWORK_PROTOCOL_VERSION,
  SERVER_ADDRESS,
  SERVER_PORT,
  URL_PATH,
  URL_QUERY,
  URL_SCHEME,
  USER_AGENT_ORIGINAL,
} from '../attributes.js';
import type { KnownMethod } from '../known-methods.js';
import { readForwarding } from './forwarding.js';

/** The attributes at the start of a request, which a sampler can use. */
export type RequestAttributes = {
  [HTTP_REQUEST_METHOD]: string;
  [URL_PATH]: string;
  [URL_SCHEME]: string;
  [NETWORK_PROTOCOL_VERSION]: string | undefined;
  [URL_QUERY]: string | undefined;
  [SERVER_ADDRESS]: string | undefined;
  [SERVER_PORT]: number | undefined;
  [CLIENT_ADDRESS]: string | undefined;
  [USER_AGENT_ORIGINAL]: string | undefined;
  [HTTP_REQUEST_METHOD_ORIGINAL]: string | undefined;
};

/**
 * Reads the attributes that a span has at the start of its request.
 *
 * Spec: `docs/http/http-spans.md`, "Setting `server.address` and `server.port` attributes".
 */
export class RequestAttributesReader {
  readonly #trustProxy: boolean;
  // Nearly all requests of a server have the same host.
  #lastHost = '';
  #lastServer: HostAndPort | undefined;

  /** @param trustProxy true to read `Forwarded` and `X-Forwarded-*` */
  constructor(trustProxy: boolean) {
    this.#trustProxy = trustProxy;
  }

  /** @param query without the question mark and without secrets */
  read(
    request: IncomingMessage,
    method: KnownMethod,
    path: string,
    query: string | undefined,
  ): RequestAttributes {
    const { headers, socket } = request;
    const host = headers[':authority'] ?? headers.host;
    const scheme = (socket as Partial<TLSSocket> | null)?.encrypted === true ? 'https' : 'http';
    const peerAddress = socket?.remoteAddress;
    if (!this.#trustProxy) {
      return this.#write(request, method, path, query, scheme, host, peerAddress);
    }
    const forwarding = readForwarding(headers);
    return this.#write(
      request,
      method,
      path,
      query,
      forwarding.scheme ?? scheme,
      forwarding.host ?? host,
      addressOf(forwarding.client) ?? peerAddress,
    );
  }

  /**
   * The keys are literals, and the type compares them with their constants: an object literal with computed
   * keys is created key by key, for each request. Attributes that requests of a route have in common come
   * first, because encoders then reuse them.
   */
  #write(
    { headers, httpVersion }: IncomingMessage,
    { method, original }: KnownMethod,
    path: string,
    query: string | undefined,
    scheme: string,
    host: string | string[] | undefined,
    clientAddress: string | undefined,
  ): RequestAttributes {
    const server = typeof host === 'string' ? this.#serverOf(host) : undefined;
    return {
      'http.request.method': method,
      'url.scheme': scheme,
      'server.address': server?.host,
      'server.port': server === undefined ? undefined : (server.port ?? defaultPortOf(scheme)),
      // The form of the conventions: `1.1`, `2`.
      'network.protocol.version': httpVersion === '2.0' ? '2' : httpVersion,
      'user_agent.original': headers['user-agent'],
      'client.address': clientAddress,
      'url.path': path,
      'url.query': query,
      'http.request.method_original': original,
    };
  }

  #serverOf(host: string): HostAndPort | undefined {
    if (host !== this.#lastHost) {
      this.#lastHost = host;
      this.#lastServer = parseHostAndPort(host);
    }
    return this.#lastServer;
  }
}

/** Removes the port that some proxies add. An IPv6 address can lack brackets. */
function addressOf(client: string | undefined): string | undefined {
  if (client === undefined) return undefined;
  return parseHostAndPort(client)?.host ?? client;
}
