import type { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { methodOfPath } from '../call-texts.js';
import type { GrpcPeer } from '../grpc-call-info.js';
import type { GrpcMetadata } from '../grpc-metadata.js';
import { UNIMPLEMENTED } from '../grpc-status.js';
import type { GrpcServerHandler } from './grpc-server-handler.js';

/**
 * Traces the calls that a `Server` of `@grpc/grpc-js` refuses before any interceptor sees them: those
 * of methods that it does not have. To be called when the server has been bound to its addresses.
 *
 * It listens where the server itself listens, and changes nothing. Where the server is made otherwise
 * than is known here, such calls have no span.
 *
 * @param handlerOf asked at each refused call; undefined for one that is not to be traced
 */
export function traceRefusedCalls(
  server: unknown,
  handlerOf: () => GrpcServerHandler | undefined,
): void {
  const { http2Servers, handlers } = (server ?? {}) as {
    http2Servers?: unknown;
    handlers?: unknown;
  };
  if (!(http2Servers instanceof Map) || !(handlers instanceof Map)) return;
  for (const http2Server of http2Servers.keys() as Iterable<Partial<EventEmitter> | undefined>) {
    http2Server?.on?.('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      const path = headers[':path'];
      if (typeof path !== 'string' || handlers.has(path)) return;
      // The server listens too, and first: it has refused the call by now, if it is one of gRPC.
      if (stream.sentHeaders?.['grpc-status'] === undefined) return;
      const handler = handlerOf();
      if (handler !== undefined) traceRefused(handler, path, stream, headers);
    });
  }
}

function traceRefused(
  handler: GrpcServerHandler,
  path: string,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): void {
  const operation = handler.begin({
    method: methodOfPath(path),
    isKnownMethod: false,
    metadata: new HeaderMetadata(headers),
    host: headers[':authority'] ?? headers.host,
    peer: peerOf(stream),
  });
  operation?.statusSent({ code: UNIMPLEMENTED, details: 'The server has no such method' });
  operation?.finish();
}

function peerOf({ session }: ServerHttp2Stream): GrpcPeer | undefined {
  try {
    const { remoteAddress, remotePort } = session?.socket ?? {};
    return { remoteAddress, remotePort };
  } catch {
    // The socket of a session that is gone throws when it is asked.
    return undefined;
  }
}

/** The headers of a request, read as metadata. */
class HeaderMetadata implements GrpcMetadata {
  readonly #headers: IncomingHttpHeaders;

  constructor(headers: IncomingHttpHeaders) {
    this.#headers = headers;
  }

  get(key: string): unknown[] {
    const value = this.#headers[key.toLowerCase()];
    if (value === undefined) return [];
    return Array.isArray(value) ? value : [value];
  }

  /** What came is not changed. */
  set(): void {}

  getMap(): Record<string, unknown> {
    const names = Object.keys(this.#headers).filter((name) => !name.startsWith(':'));
    return Object.fromEntries(names.map((name) => [name, this.get(name)[0]]));
  }

  clone(): GrpcMetadata {
    return this;
  }
}
