import { type GrpcClientHandler, traceChannel } from '../../grpc/client/index.js';
import { memberOf } from '../provider-instances.js';

/** Nest's `ClientGrpcProxy`, as far as it is needed here. */
interface NestGrpcClient {
  /** The clients of `@grpc/grpc-js` that are there, by their services. */
  readonly clients: Map<unknown, unknown>;
  /** Makes the client of a service that is asked for the first time. */
  createClientByServiceName(name: unknown): unknown;
  getService(name: unknown): unknown;
}

/**
 * Traces the calls of Nest's gRPC client, also through services that it has already given away. Other
 * objects stay as they are.
 *
 * @param handlerOf asked at each call; undefined for one that is not to be traced
 * @returns what undoes it for services that are asked for later, if it was a client
 */
export function hookGrpcClient(
  candidate: unknown,
  handlerOf: () => GrpcClientHandler | undefined,
): (() => void) | undefined {
  if (!isNestGrpcClient(candidate) || Object.hasOwn(candidate, 'createClientByServiceName')) {
    return undefined;
  }
  for (const client of candidate.clients.values()) traceChannel(client, handlerOf);
  const original = candidate.createClientByServiceName;
  const hooked = (name: unknown): unknown => {
    const client: unknown = Reflect.apply(original, candidate, [name]);
    traceChannel(client, handlerOf);
    return client;
  };
  candidate.createClientByServiceName = hooked;
  return () => {
    // Whoever has replaced it since keeps calling ours, which then finds no handler.
    if (candidate.createClientByServiceName !== hooked) return;
    delete (candidate as Partial<NestGrpcClient>).createClientByServiceName;
  };
}

function isNestGrpcClient(candidate: unknown): candidate is NestGrpcClient {
  if (typeof candidate !== 'object' || candidate === null) return false;
  return (
    memberOf(candidate, 'clients') instanceof Map &&
    typeof memberOf(candidate, 'createClientByServiceName') === 'function' &&
    typeof memberOf(candidate, 'getService') === 'function'
  );
}
