import type { Link } from '@opentelemetry/api';

/**
 * What spans show of a connection. It holds no request and no client, because it lives as long as the
 * connection.
 */
export interface WebSocketConnection {
  /** `websocket`, or `socket.io`, which can also use HTTP. */
  readonly protocol: string;
  readonly namespace: string | undefined;
  /** The id that socket.io gives the connection. */
  readonly id: string | undefined;
  readonly address: string | undefined;
  /** The links of its spans: to the span of the handshake. */
  links: Link[] | undefined;
}

/** The headers of the request that opened a connection. */
export type HandshakeHeaders = Readonly<Record<string, unknown>>;

/**
 * Reads a client of `ws` or socket.io. Adapters of the user can pass any other object.
 *
 * @param request the request of the handshake, which `ws` passes beside the client
 */
export function readConnection(
  client: object,
  request: unknown,
): { connection: WebSocketConnection; headers: HandshakeHeaders } {
  const { handshake, nsp, id } = client as SocketOfSocketIo;
  const { headers, socket } = (request ?? {}) as HandshakeRequest;
  return {
    connection: {
      protocol: isObject(handshake) ? 'socket.io' : 'websocket',
      namespace: textOf(nsp?.name),
      id: textOf(id),
      address: textOf(handshake?.address) ?? textOf(socket?.remoteAddress),
      links: undefined,
    },
    headers: headersOf(handshake?.headers ?? headers),
  };
}

interface SocketOfSocketIo {
  readonly id?: unknown;
  readonly nsp?: { readonly name?: unknown };
  readonly handshake?: { readonly headers?: unknown; readonly address?: unknown };
}

interface HandshakeRequest {
  readonly headers?: unknown;
  readonly socket?: { readonly remoteAddress?: unknown };
}

function headersOf(headers: unknown): HandshakeHeaders {
  return isObject(headers) ? (headers as HandshakeHeaders) : {};
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
