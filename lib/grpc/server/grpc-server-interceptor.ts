import { type GrpcServerHandler, grpcServerHandlerOfProcess } from './grpc-server-handler.js';
import { type ServerCall, traceServerCall } from './trace-server-call.js';

/**
 * A server interceptor of `@grpc/grpc-js`, written so that its type fits without the package.
 *
 * @typeParam C the call as the package makes it
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
 * Traces the calls to a server of `@grpc/grpc-js` that Nest does not run:
 * `new Server({ interceptors: [grpcServerInterceptor] })`. Put it first, so that it is closest to the
 * connection. The calls belong to the application that is running; where none is, it does nothing.
 */
export const grpcServerInterceptor: GrpcServerInterceptor = interceptorFor(
  grpcServerHandlerOfProcess,
);

/** The interceptor that hands calls to the handler which `handlerOf` finds, if it finds one. */
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

/** `interceptors` with `own` before all others, in the place of those of ours that are there. */
export function withInterceptor(interceptors: unknown, own: GrpcServerInterceptor): unknown[] {
  const given: unknown[] = Array.isArray(interceptors) ? interceptors : [];
  return [own, ...given.filter((one) => typeof one !== 'function' || !ours.has(one))];
}
