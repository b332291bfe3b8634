import type { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { methodOfPath } from '../call-texts.js';
import type { GrpcPeer } from '../grpc-call-info.js';
import type { GrpcMetadata } from '../grpc-metadata.js';
import { UNIMPLEMENTED } from '../grpc-status.js';
import type { GrpcServerHandler } from './grpc-server-handler.js';

/**
 * Traces the calls of unknown methods, which a `Server` of `@grpc/grpc-js` refuses before it calls an
 * interceptor. Call it after the server is bound to its addresses.
 *
 * It adds a listener to the HTTP/2 servers and does not change the server. If a version of the package
 * does not have the members `http2Servers` and `handlers`, these calls have no span.
 *
 * @param handlerOf called for each refused call; returns undefined if the call is not traced
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
      // The listener of the server runs first, and has already refused the call if it is a gRPC call.
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
    // The socket of a destroyed session throws on access.
    return undefined;
  }
}

/** Reads the headers of a request as metadata. */
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

  /** Does nothing: received headers are read-only. */
  set(): void {}

  /** Does nothing: received headers are read-only. */
  remove(): void {}

  getMap(): Record<string, unknown> {
    const names = Object.keys(this.#headers).filter((name) => !name.startsWith(':'));
    return Object.fromEntries(names.map((name) => [name, this.get(name)[0]]));
  }

  clone(): GrpcMetadata {
    return this;
  }
}
