import { grpcClientHandlerOfProcess } from './grpc-client-handler.js';
import { type ClientCall, traceClientCall } from './trace-client-call.js';

/**
 * A client interceptor of `@grpc/grpc-js`, written so that its type fits without the package.
 *
 * @typeParam O the options of the call
 * @typeParam C the call as the package makes it
 */
export type GrpcClientInterceptor = <O extends object, C>(
  options: O,
  nextCall: (options: O) => unknown,
) => C;

/**
 * Traces the calls of a client of `@grpc/grpc-js` that Nest has not made:
 * `new OrdersClient(address, credentials, { interceptors: [grpcClientInterceptor] })`. Interceptors
 * behind it in the list may send a call again; all of it is one span. The span belongs to the
 * application of the running operation, else to the one that is running; where none is, it does
 * nothing.
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
