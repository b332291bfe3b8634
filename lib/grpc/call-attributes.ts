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

/** Attributes of a client span at its start. The sampler receives them. */
export type OutgoingCallAttributes = {
  [RPC_SYSTEM_NAME]: string;
  [RPC_METHOD]: string;
  [SERVER_ADDRESS]: string | undefined;
  [SERVER_PORT]: number | undefined;
};

/** Attributes of a server span at its start. The sampler receives them. */
export type IncomingCallAttributes = OutgoingCallAttributes & {
  [RPC_METHOD_ORIGINAL]: string | undefined;
  [CODE_FUNCTION_NAME]: string | undefined;
  [NETWORK_PEER_ADDRESS]: string | undefined;
  [NETWORK_PEER_PORT]: number | undefined;
};

// The names are literals, because V8 builds an object with computed keys key by key, for each call. The
// types compare them with the constants. Attributes that are equal for all calls of a method come first:
// the encoder copies such a beginning.

/** Creates the attributes of a client span at its start. */
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
 * Creates the attributes of a server span at its start.
 *
 * @param original the requested method, if the server does not have it
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
