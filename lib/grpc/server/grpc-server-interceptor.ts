import { type GrpcServerHandler, grpcServerHandlerOfProcess } from './grpc-server-handler.js';
import { type ServerCall, traceServerCall } from './trace-server-call.js';

/**
 * The type of a server interceptor of `@grpc/grpc-js`, declared without an import of the package.
 *
 * @typeParam C the call object of the package
 */
export type GrpcServerInterceptor = <C>(
  method: {
    /** `/package.Service/Method`. */
    readonly path: string;
  },
  call: unknown,
) => C;

const ours = new WeakSet<object>();

/**
 * Traces the calls to a server of `@grpc/grpc-js` that Nest did not create:
 * `new Server({ interceptors: [grpcServerInterceptor] })`. Put it first in the list, so that it is
 * closest to the connection. The spans belong to the running application. Without a running application
 * the interceptor does nothing.
 */
export const grpcServerInterceptor: GrpcServerInterceptor = interceptorFor(
  grpcServerHandlerOfProcess,
);

/** Creates an interceptor that traces calls with the handler that `handlerOf` returns. */
export function interceptorFor(
  handlerOf: () => GrpcServerHandler | undefined,
): GrpcServerInterceptor {
  const interceptor: GrpcServerInterceptor = <C>({ path }: { path: string }, call: unknown): C => {
    const handler = handlerOf();
    if (handler !== undefined) traceServerCall(handler, path, call as ServerCall);
    return call as C;
  };
  ours.add(interceptor);
  return interceptor;
}

/** Returns `interceptors` with `own` as the first one, and without other interceptors of this library. */
export function withInterceptor(interceptors: unknown, own: GrpcServerInterceptor): unknown[] {
  const given: unknown[] = Array.isArray(interceptors) ? interceptors : [];
  return [own, ...given.filter((one) => typeof one !== 'function' || !ours.has(one))];
}
