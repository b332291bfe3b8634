import type {
  NETWORK_PEER_ADDRESS,
  NETWORK_PEER_PORT,
  RPC_METHOD,
  RPC_METHOD_ORIGINAL,
  RPC_SYSTEM_NAME,
  SERVER_ADDRESS,
  SERVER_PORT,
} from '../attributes.js';
import type { HostAndPort } from '../host-and-port.js';

/** What a sampler may decide by: all that is known when a call begins. */
export type CallAttributes = {
  [RPC_SYSTEM_NAME]: string;
  [RPC_METHOD]: string;
  [RPC_METHOD_ORIGINAL]: string | undefined;
  [SERVER_ADDRESS]: string | undefined;
  [SERVER_PORT]: number | undefined;
  [NETWORK_PEER_ADDRESS]: string | undefined;
  [NETWORK_PEER_PORT]: number | undefined;
};

/** Where a call comes from, in the words of Node's sockets. */
export interface GrpcPeer {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/**
 * The attributes with which the span of an incoming call begins. The names are written out: a literal
 * with computed keys is put together key by key, for each call. The type holds them to their constants.
 *
 * @param original the method that the caller asked for, where the server has none of that name
 */
export function callAttributes(
  method: string,
  original: string | undefined,
  server: HostAndPort | null,
  peer: GrpcPeer | undefined,
): CallAttributes {
  return {
    'rpc.system.name': 'grpc',
    'rpc.method': method,
    'rpc.method_original': original,
    'server.address': server?.host,
    'server.port': server?.port,
    'network.peer.address': peer?.remoteAddress,
    'network.peer.port': peer?.remotePort,
  };
}
