import type { GrpcMetadata } from './grpc-metadata.js';

/** A call before its span starts. */
export interface GrpcCallInfo {
  /** The requested `package.Service/Method`. */
  readonly method: string;
  /** The metadata of the caller. Do not change it. */
  readonly metadata: GrpcMetadata;
}

/** A call that a server has received. */
export interface IncomingGrpcCall extends GrpcCallInfo {
  /** False if the server does not have the method. */
  readonly isKnownMethod: boolean;
  /** The host in the request of the caller (`:authority`); undefined if it is not available. */
  readonly host: string | undefined;
  /** The address of the caller; undefined if it is not available. */
  readonly peer: GrpcPeer | undefined;
}

/** The address of a caller, with the names of Node's sockets. */
export interface GrpcPeer {
  /** The remote address of the connection, or the path of a Unix socket. */
  readonly remoteAddress?: string | undefined;
  /** The remote port of the connection; undefined for a Unix socket. */
  readonly remotePort?: number | undefined;
}

/** A call that a client starts. */
export interface OutgoingGrpcCall extends GrpcCallInfo {
  /** The target of the channel in the form of `@grpc/grpc-js`, such as `dns:stock.example:50051`. */
  readonly target: string;
}
