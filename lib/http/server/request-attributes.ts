import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { SpanKind } from '@opentelemetry/api';
import {
  type CapturedFields,
  defaultPortOf,
  type HostAndPort,
  parseHostAndPort,
} from '../../carriers/index.js';
import type { AttributeList, SeriesPath, SpanPlan } from '../../context/index.js';
import {
  CLIENT_ADDRESS,
  HTTP_REQUEST_METHOD,
  HTTP_REQUEST_METHOD_ORIGINAL,
  NETWORK_PEER_ADDRESS,
  NETWORK_PEER_PORT,
  NETWORK_PROTOCOL_VERSION,
  SERVER_ADDRESS,
  SERVER_PORT,
  URL_PATH,
  URL_QUERY,
  URL_SCHEME,
  USER_AGENT_ORIGINAL,
} from '../attributes.js';
import type { KnownMethods } from '../known-methods.js';
import type { QueryRedactor } from '../query-redactor.js';
import { readForwarding } from './forwarding.js';

/** How the attributes of requests are read. */
export interface RequestAttributesSettings {
  readonly methods: KnownMethods;
  readonly redactor: QueryRedactor;
  /** Headers to record; undefined for none. */
  readonly headers: CapturedFields<IncomingHttpHeaders> | undefined;
  /** True to read `Forwarded` and `X-Forwarded-*`. */
  readonly trustsProxy: boolean;
}

/**
 * The spans of requests: reads the attributes that a span has at the start of its request.
 *
 * Spec: `docs/http/http-spans.md`, "Setting `server.address` and `server.port` attributes".
 */
export class RequestSpanPlan implements SpanPlan<IncomingMessage> {
  readonly kind = SpanKind.SERVER;
  // TypeScript's `private`, not `#`: these are read for each request.
  private readonly settings: RequestAttributesSettings;
  // Nearly all requests of a server have the same host.
  private lastHost = '';
  private lastServer: HostAndPort | undefined = undefined;

  constructor(settings: RequestAttributesSettings) {
    this.settings = settings;
  }

  attributesOf(request: IncomingMessage): AttributeList {
    const { headers, socket } = request;
    const host = hostIn(request);
    const scheme = schemeOf(request);
    const peerAddress = socket?.remoteAddress;
    if (!this.settings.trustsProxy) {
      return this.write(request, scheme, host, peerAddress, peerAddress);
    }
    const forwarding = readForwarding(headers);
    return this.write(
      request,
      forwarding.scheme ?? scheme,
      forwarding.host ?? host,
      addressOf(forwarding.client) ?? peerAddress,
      peerAddress,
    );
  }

  /** `url.scheme`, as the span has it. */
  schemeOf(request: IncomingMessage): string {
    const forwarded = this.settings.trustsProxy
      ? readForwarding(request.headers).scheme
      : undefined;
    return forwarded ?? schemeOf(request);
  }

  /** Adds `server.address` and `server.port` to the path of a metric, as the span has them. */
  serverOn(path: SeriesPath, request: IncomingMessage): SeriesPath {
    const { trustsProxy } = this.settings;
    const forwarded = trustsProxy ? readForwarding(request.headers).host : undefined;
    const host = forwarded ?? hostIn(request);
    const server = typeof host === 'string' ? this.serverOf(host) : undefined;
    const port = server && (server.port ?? defaultPortOf(this.schemeOf(request)));
    return path.with(server?.host).with(port);
  }

  private write(
    request: IncomingMessage,
    scheme: string,
    host: string | string[] | undefined,
    clientAddress: string | undefined,
    peerAddress: string | undefined,
  ): AttributeList {
    const { headers } = request;
    const { methods, redactor, headers: captured } = this.settings;
    const name = request.method ?? '';
    const { method, original } = methods.byName.get(name) ?? methods.of(name);
    const target = toOriginForm(receivedTarget(request));
    const query = queryIn(target);
    const server = typeof host === 'string' ? this.serverOf(host) : undefined;
    // What requests of a route have in common comes first, because encoders then reuse it.
    const list: AttributeList =
      server === undefined
        ? [HTTP_REQUEST_METHOD, method, URL_SCHEME, scheme]
        : requestTo(server, method, scheme);
    pushText(list, NETWORK_PROTOCOL_VERSION, versionOf(request));
    pushText(list, USER_AGENT_ORIGINAL, headers['user-agent']);
    pushText(list, CLIENT_ADDRESS, clientAddress);
    list.push(URL_PATH, pathIn(target));
    pushText(list, NETWORK_PEER_ADDRESS, peerAddress);
    const peerPort = request.socket?.remotePort;
    if (typeof peerPort === 'number') list.push(NETWORK_PEER_PORT, peerPort);
    pushText(list, URL_QUERY, query === undefined ? undefined : redactor.redactQuery(query));
    pushText(list, HTTP_REQUEST_METHOD_ORIGINAL, original);
    captured?.pushTo(list, headers);
    return list;
  }

  private serverOf(host: string): HostAndPort | undefined {
    if (host !== this.lastHost) {
      this.lastHost = host;
      this.lastServer = parseHostAndPort(host);
    }
    return this.lastServer;
  }
}

function hostIn({ headers }: IncomingMessage): string | string[] | undefined {
  return headers[':authority'] ?? headers.host;
}

function schemeOf({ socket }: IncomingMessage): string {
  return (socket as Partial<TLSSocket> | null)?.encrypted === true ? 'https' : 'http';
}

/** The version of HTTP in the form of the conventions: `1.1`, `2`. Test doubles have none. */
export function versionOf({ httpVersion }: IncomingMessage): string | undefined {
  if (typeof httpVersion !== 'string') return undefined;
  return httpVersion === '2.0' ? '2' : httpVersion;
}

/** So many at once that the list grows once at most. */
function requestTo({ host, port }: HostAndPort, method: string, scheme: string): AttributeList {
  const known = port ?? defaultPortOf(scheme);
  return [
    HTTP_REQUEST_METHOD,
    method,
    URL_SCHEME,
    scheme,
    SERVER_ADDRESS,
    host,
    SERVER_PORT,
    known,
  ];
}

/** Bridges and test doubles pass requests that lack members, or have others than Node's. */
function pushText(list: AttributeList, key: string, value: unknown): void {
  if (typeof value === 'string') list.push(key, value);
}

/** Removes the port that some proxies add. An IPv6 address can lack brackets. */
function addressOf(client: string | undefined): string | undefined {
  if (client === undefined) return undefined;
  return parseHostAndPort(client)?.host ?? client;
}

/** The target of a request as its client sent it; Express cuts the path of mounted applications from `url`. */
export function receivedTarget(request: IncomingMessage): string {
  const { originalUrl } = request as { originalUrl?: unknown };
  return typeof originalUrl === 'string' ? originalUrl : (request.url ?? '');
}

/**
 * Returns the target of a request in origin form, `/path?query`. Proxies can send the absolute form,
 * `http://host/path?query`. Spec: RFC 9112, section 3.2.
 */
function toOriginForm(target: string): string {
  if (target.charCodeAt(0) === SLASH) return target;
  const match = /^https?:\/\/[^/?#]*(.*)$/is.exec(target);
  if (match === null) return target;
  const rest = match[1] as string;
  return rest.charCodeAt(0) === SLASH ? rest : `/${rest}`;
}

/** The path of a request, without its query. */
export function pathOf(request: IncomingMessage): string {
  return pathIn(toOriginForm(receivedTarget(request)));
}

function pathIn(target: string): string {
  const queryStart = target.indexOf('?');
  return queryStart < 0 ? target : target.slice(0, queryStart);
}

/** The query of a target in origin form, without the question mark; undefined for an empty one. */
function queryIn(target: string): string | undefined {
  const queryStart = target.indexOf('?');
  return queryStart < 0 || queryStart === target.length - 1
    ? undefined
    : target.slice(queryStart + 1);
}

const SLASH = 0x2f;
