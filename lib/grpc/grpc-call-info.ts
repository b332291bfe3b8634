import type { GrpcMetadata } from './grpc-metadata.js';

/** A call, as far as it is known before anything of it is traced. */
export interface GrpcCallInfo {
  /** `package.Service/Method`, as the caller asked for it. */
  readonly method: string;
  /** What the caller sends; not to be changed. */
  readonly metadata: GrpcMetadata;
}

/** A call that a server has received. */
export interface IncomingGrpcCall extends GrpcCallInfo {
  /** False where the server has no such method. */
  readonly isKnownMethod: boolean;
  /** The host that the caller named (`:authority`); undefined where the server does not know it. */
  readonly host: string | undefined;
  /** Where the call comes from; undefined where the server does not know it. */
  readonly peer: GrpcPeer | undefined;
}

/** Where a call comes from, in the words of Node's sockets. */
export interface GrpcPeer {
  /** The address of the socket's other end, or the path of a Unix socket. */
  readonly remoteAddress?: string | undefined;
  /** The port of the socket's other end; undefined for a Unix socket. */
  readonly remotePort?: number | undefined;
}

/** A call that a client is about to make. */
export interface OutgoingGrpcCall extends GrpcCallInfo {
  /** The target of the channel as `@grpc/grpc-js` writes it, such as `dns:stock.example:50051`. */
  readonly target: string;
}
