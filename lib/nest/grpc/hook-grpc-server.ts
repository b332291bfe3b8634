import {
  type GrpcServerHandler,
  interceptorFor,
  traceRefusedCalls,
  withServerInterceptor,
} from '../../grpc/server/index.js';

/** `Transport.GRPC` of Nest. */
const GRPC_TRANSPORT = 4;

/** The used members of Nest's `ServerGrpc`. */
interface NestGrpcServer {
  readonly transportId: unknown;
  options: { readonly channelOptions?: object };
  /** Creates the `Server` of `@grpc/grpc-js` and binds it to its addresses. */
  createClient(): Promise<unknown>;
}

/**
 * Traces the calls to a server of Nest's gRPC transport. Call it before the server listens: Nest passes
 * the interceptors in the channel options to `@grpc/grpc-js`. Ignores other servers.
 *
 * @param handlerOf called for each call; returns undefined if the call is not traced
 */
export function hookGrpcServer(
  server: unknown,
  handlerOf: () => GrpcServerHandler | undefined,
): void {
  if (!isNestGrpcServer(server)) return;
  server.options = withServerInterceptor(server.options, interceptorFor(handlerOf));
  const originalCreateClient = server.createClient;
  server.createClient = async () => {
    const grpcServer: unknown = await Reflect.apply(originalCreateClient, server, []);
    traceRefusedCalls(grpcServer, handlerOf);
    return grpcServer;
  };
}

function isNestGrpcServer(server: unknown): server is NestGrpcServer {
  if (typeof server !== 'object' || server === null) return false;
  const { transportId, options, createClient } = server as Partial<NestGrpcServer>;
  return (
    transportId === GRPC_TRANSPORT &&
    typeof options === 'object' &&
    options !== null &&
    typeof createClient === 'function'
  );
}
