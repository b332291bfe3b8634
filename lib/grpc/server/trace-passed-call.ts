import { type GrpcStatus, OK, UNKNOWN } from '../grpc-status.js';
import type { GrpcServerOperation } from './grpc-server-operation.js';

/** The stream of a call that `@grpc/grpc-js` passes to handlers with `@GrpcStreamCall()`. */
export interface PassedCall {
  once(event: string, listener: (...details: unknown[]) => void): unknown;
}

/**
 * Traces a call until it ends, for a handler that returns earlier and responds later, through the stream
 * (its first argument) or the callback (its second). The event `cancelled` ends the span: `@grpc/grpc-js`
 * emits it at the end of each call, also after success.
 *
 * @param args the arguments of the handler; a callback is replaced in this array
 */
export function tracePassedCall(
  operation: GrpcServerOperation,
  call: PassedCall,
  args: unknown[],
): void {
  const fail = (error: unknown): void => {
    operation.exceptionCaught(error);
    operation.statusSent(statusOf(error));
  };
  call.once('error', fail);
  call.once('finish', () => operation.statusSent({ code: OK }));
  call.once('cancelled', () => operation.finish());
  const [, callback] = args;
  if (typeof callback !== 'function') return;
  args[1] = (...answer: unknown[]): unknown => {
    const [error] = answer;
    if (error) fail(error);
    else operation.statusSent({ code: OK });
    return Reflect.apply(callback, undefined, answer);
  };
}

/** Returns the status that `@grpc/grpc-js` sends for an error. */
function statusOf(error: unknown): GrpcStatus {
  const { code, details, message } = (error ?? {}) as Record<string, unknown>;
  return { code: Number.isInteger(code) ? code : UNKNOWN, details: details ?? message };
}
