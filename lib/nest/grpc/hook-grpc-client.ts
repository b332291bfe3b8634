import { type GrpcClientHandler, traceChannel } from '../../grpc/client/index.js';
import { memberOf } from '../../operation/index.js';

/** The used members of Nest's `ClientGrpcProxy`. */
interface NestGrpcClient {
  /** The existing clients of `@grpc/grpc-js`, by service. */
  readonly clients: Map<unknown, unknown>;
  /** Creates the client of a service at its first use. */
  createClientByServiceName(name: unknown): unknown;
  getService(name: unknown): unknown;
}

/**
 * Traces the calls of Nest's gRPC client, also those of services that the application has already
 * obtained. Ignores other objects.
 *
 * @param handlerOf called for each call; returns undefined if the call is not traced
 * @returns a function that removes the hook for services that are obtained later; undefined if
 *   `candidate` is not a gRPC client or is already hooked
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
    // If other code has replaced the method since, the hook stays and finds no handler.
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
