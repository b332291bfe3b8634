import { type GrpcStatus, OK, UNKNOWN } from '../grpc-status.js';
import type { GrpcServerOperation } from './grpc-server-operation.js';

/** A call's stream as `@grpc/grpc-js` hands it to the handlers of `@GrpcStreamCall()`. */
export interface PassedCall {
  once(event: string, listener: (...details: unknown[]) => void): unknown;
}

/**
 * Follows a call whose handler answers by the call itself, or by the callback behind it, and returns
 * before the call is over. `@grpc/grpc-js` emits `cancelled` at the end of each call, however it went.
 *
 * @param args of the handler; a callback among them is replaced
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

/** What `@grpc/grpc-js` sends for an error. */
function statusOf(error: unknown): GrpcStatus {
  const { code, details, message } = (error ?? {}) as Record<string, unknown>;
  return { code: Number.isInteger(code) ? code : UNKNOWN, details: details ?? message };
}
