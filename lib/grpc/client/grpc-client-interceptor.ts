import { grpcClientHandlerOfProcess } from './grpc-client-handler.js';
import { type ClientCall, traceClientCall } from './trace-client-call.js';

/**
 * The type of a client interceptor of `@grpc/grpc-js`, declared without an import of the package.
 *
 * @typeParam O the options of the call
 * @typeParam C the call object of the package
 */
export type GrpcClientInterceptor = <O extends object, C>(
  options: O,
  nextCall: (options: O) => unknown,
) => C;

/**
 * Traces the calls of a client of `@grpc/grpc-js` that Nest did not create:
 * `new OrdersClient(address, credentials, { interceptors: [grpcClientInterceptor] })`. If a later
 * interceptor in the list repeats a call, the attempts share one span. The span belongs to the
 * application of the active span, otherwise to the running application. Without a running application
 * the interceptor does nothing.
 */
export const grpcClientInterceptor: GrpcClientInterceptor = <O extends object, C>(
  options: O,
  nextCall: (options: O) => unknown,
): C => {
  const call = nextCall(options);
  const handler = grpcClientHandlerOfProcess();
  const { method_definition: method } = options as { method_definition?: { path?: unknown } };
  if (handler !== undefined && typeof method?.path === 'string') {
    traceClientCall(handler, method.path, call as ClientCall);
  }
  return call as C;
};
