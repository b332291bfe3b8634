import {
  type GrpcServerHandler,
  interceptorFor,
  traceRefusedCalls,
  withServerInterceptor,
} from '../../grpc/server/index.js';

/** `Transport.GRPC` of Nest. */
const GRPC_TRANSPORT = 4;

/** Nest's `ServerGrpc`, as far as it is needed here. */
interface NestGrpcServer {
  readonly transportId: unknown;
  options: { readonly channelOptions?: object };
  /** Makes the `Server` of `@grpc/grpc-js` and binds it to its addresses. */
  createClient(): Promise<unknown>;
}

/**
 * Traces the calls to a server of Nest's gRPC transport, which has not been told to listen yet: Nest
 * hands the interceptors in its channel options on to `@grpc/grpc-js`. Other servers stay as they are.
 *
 * @param handlerOf asked at each call; undefined for one that is not to be traced
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
