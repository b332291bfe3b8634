import { SpanKind } from '@opentelemetry/api';
import { encodedKey } from './otlp-writer.js';
import { redactQuery } from './secrets.js';
import { encodeConstants } from './span-encoder.js';

// Semantic conventions 1.45.0, `docs/http/http-spans.md`.
const USER_AGENT = encodedKey('user_agent.original');
const CLIENT_ADDRESS = encodedKey('client.address');
const PATH = encodedKey('url.path');
const QUERY = encodedKey('url.query');
const PEER_ADDRESS = encodedKey('network.peer.address');
const PEER_PORT = encodedKey('network.peer.port');
const STATUS_CODE = encodedKey('http.response.status_code');
/** With their keys and frames. */
const SHORT_ATTRIBUTES_LENGTH = 128;

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'QUERY']);
const UNMATCHED = { template: undefined, functionName: undefined };

/**
 * The facts of a request, read while its connection is open.
 *
 * @param route the route that it enters, if it is known already
 */
export class ServerFacts {
  statusCode = 0;

  constructor(request, route = UNMATCHED) {
    const { headers, method, httpVersion, socket } = request;
    const url = request.originalUrl ?? request.url;
    const queryStart = url.indexOf('?');
    this.route = route;
    this.method = METHODS.has(method) ? method : '_OTHER';
    this.scheme = socket.encrypted === true ? 'https' : 'http';
    this.host = headers.host;
    this.version = httpVersion === '2.0' ? '2' : httpVersion;
    this.userAgent = headers['user-agent'];
    this.peerAddress = socket.remoteAddress;
    this.peerPort = socket.remotePort;
    this.path = queryStart < 0 ? url : url.slice(0, queryStart);
    this.query =
      queryStart < 0 || queryStart === url.length - 1
        ? undefined
        : redactQuery(url.slice(queryStart + 1));
  }

  /** Of the texts that {@link writeTo} writes. */
  get textLength() {
    const { userAgent, path, query } = this;
    return SHORT_ATTRIBUTES_LENGTH + (userAgent?.length ?? 0) + path.length + (query?.length ?? 0);
  }

  /** Writes what differs from one request of a route to the next. */
  writeTo(writer) {
    const { userAgent, peerAddress, peerPort, query, statusCode } = this;
    if (userAgent !== undefined) writer.attribute(USER_AGENT, userAgent);
    if (peerAddress !== undefined) {
      writer.attribute(CLIENT_ADDRESS, peerAddress);
      writer.attribute(PEER_ADDRESS, peerAddress);
      writer.attribute(PEER_PORT, peerPort);
    }
    writer.attribute(PATH, this.path);
    if (query !== undefined) writer.attribute(QUERY, query);
    if (statusCode > 0) writer.attribute(STATUS_CODE, statusCode);
  }
}

/** The latest encoded constants of each route: nearly all requests of a route share them. */
const known = new Map();

/** What all requests of a route have in common, encoded. */
export function serverConstants(facts) {
  const { route, method, scheme, host, version } = facts;
  const last = known.get(route);
  if (
    last !== undefined &&
    last.method === method &&
    last.scheme === scheme &&
    last.host === host &&
    last.version === version
  ) {
    return last.bytes;
  }
  const bytes = encodeServerConstants(facts);
  known.set(route, { method, scheme, host, version, bytes });
  return bytes;
}

function encodeServerConstants({ route, method, scheme, host = '', version }) {
  const { template, functionName } = route;
  const [, address, port] = /^(.*?)(?::(\d+))?$/.exec(host);
  const nameInSpan = method === '_OTHER' ? 'HTTP' : method;
  const name = template === undefined ? nameInSpan : `${nameInSpan} ${template}`;
  return encodeConstants(name, SpanKind.SERVER, [
    ...['http.request.method', method, 'url.scheme', scheme],
    ...['server.address', address === '' ? undefined : address],
    ...['server.port', port === undefined ? (scheme === 'http' ? 80 : 443) : Number(port)],
    ...['network.protocol.version', version],
    ...['code.function.name', functionName, 'http.route', template],
  ]);
}
