import type { LocalSpan } from '../context/index.js';

/** The codes of gRPC that are errors of the server. Spec: `docs/rpc/grpc.md`, "Error status". */
const GRPC_SERVER_ERRORS: readonly number[] = [2, 4, 12, 13, 14, 15];
const LAST_GRPC_CODE = 16;

/**
 * Records what a stage throws. An exception that answers the client, such as `UnauthorizedException`, is no
 * error of the server: the span gets the exception, and keeps its status. Does not throw.
 */
export function recordStageFailure(span: LocalSpan, exception: unknown): void {
  if (isAnswer(exception)) span.recordExceptionOnce(exception);
  else span.recordError(exception);
}

/** The members of errors of http-errors and Fastify. */
interface HttpError {
  readonly statusCode?: unknown;
  readonly expose?: unknown;
  readonly code?: unknown;
}

/**
 * True for an `HttpException` or an error of http-errors or Fastify with a status code below 500, for a `WsException`, and for
 * an `RpcException` with a status code of gRPC for which the client is responsible.
 */
function isAnswer(exception: unknown): boolean {
  try {
    const { getStatus, getError } = exception as { getStatus?: unknown; getError?: unknown };
    if (typeof getStatus === 'function') {
      const status: unknown = getStatus.call(exception);
      return typeof status === 'number' && status < 500;
    }
    if (isHttpAnswer(exception as HttpError)) return true;
    if (typeof getError !== 'function') return false;
    return hasClass(exception as object, 'WsException') || isGrpcAnswer(getError.call(exception));
  } catch {
    // Anything can be thrown: `null` has no members, and getters can throw.
    return false;
  }
}

/** Nest answers with the status code of these errors, and with 500 for any other error that has a `statusCode`. */
function isHttpAnswer({ statusCode, expose, code }: HttpError): boolean {
  if (typeof statusCode !== 'number' || statusCode >= 500) return false;
  return typeof expose === 'boolean' || (typeof code === 'string' && code.startsWith('FST_'));
}

function isGrpcAnswer(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return (
    Number.isInteger(code) &&
    (code as number) > 0 &&
    (code as number) <= LAST_GRPC_CODE &&
    !GRPC_SERVER_ERRORS.includes(code as number)
  );
}

/** By name, because `@nestjs/websockets` is an optional package. */
function hasClass(exception: object, name: string): boolean {
  let prototype: unknown = Object.getPrototypeOf(exception);
  while (typeof prototype === 'object' && prototype !== null) {
    if (prototype.constructor.name === name) return true;
    prototype = Object.getPrototypeOf(prototype);
  }
  return false;
}
