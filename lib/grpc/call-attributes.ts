import type { HostAndPort } from '../carriers/index.js';
import type {
  CODE_FUNCTION_NAME,
  NETWORK_PEER_ADDRESS,
  NETWORK_PEER_PORT,
  RPC_METHOD,
  RPC_METHOD_ORIGINAL,
  RPC_SYSTEM_NAME,
  SERVER_ADDRESS,
  SERVER_PORT,
} from './attributes.js';
import type { GrpcPeer } from './grpc-call-info.js';

/** What a client's sampler may decide by. */
export type OutgoingCallAttributes = {
  [RPC_SYSTEM_NAME]: string;
  [RPC_METHOD]: string;
  [SERVER_ADDRESS]: string | undefined;
  [SERVER_PORT]: number | undefined;
};

/** What a server's sampler may decide by: all that is known when a call begins. */
export type IncomingCallAttributes = OutgoingCallAttributes & {
  [RPC_METHOD_ORIGINAL]: string | undefined;
  [CODE_FUNCTION_NAME]: string | undefined;
  [NETWORK_PEER_ADDRESS]: string | undefined;
  [NETWORK_PEER_PORT]: number | undefined;
};

// The names are written out: a literal with computed keys is put together key by key, for each call. The
// types hold them to their constants. What calls of a method have in common comes first, which encoders
// like.

/** The attributes with which the span of a call that a client makes begins. */
export function outgoingCallAttributes(
  method: string,
  server: Partial<HostAndPort>,
): OutgoingCallAttributes {
  return {
    'rpc.system.name': 'grpc',
    'rpc.method': method,
    'server.address': server.host,
    'server.port': server.port,
  };
}

/**
 * The attributes with which the span of a call that has come in begins.
 *
 * @param original the method that the caller asked for, where the server has none of that name
 * @param functionName such as `OrdersController.find`
 */
export function incomingCallAttributes(
  method: string,
  original: string | undefined,
  server: HostAndPort | null,
  functionName: string | undefined,
  peer: GrpcPeer | undefined,
): IncomingCallAttributes {
  return {
    'rpc.system.name': 'grpc',
    'rpc.method': method,
    'rpc.method_original': original,
    'server.address': server?.host,
    'server.port': server?.port,
    'code.function.name': functionName,
    'network.peer.address': peer?.remoteAddress,
    'network.peer.port': peer?.remotePort,
  };
}
