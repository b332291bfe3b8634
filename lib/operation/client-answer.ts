/** The status code with which Nest answers a request for which code has thrown something that it does not know. */
const INTERNAL_SERVER_ERROR = 500;

/** The codes of gRPC that are errors of the server. Spec: `docs/rpc/grpc.md`, "Error status". */
const GRPC_SERVER_ERRORS: readonly number[] = [2, 4, 12, 13, 14, 15];
const LAST_GRPC_CODE = 16;

/**
 * Whether an exception is an answer to the client, and so no error of the server: for HTTP one with a status code
 * below 500, for WebSockets a `WsException`, and for gRPC an `RpcException` with a code for which the client is
 * responsible. Does not throw.
 */
export function isClientAnswer(exception: unknown): boolean {
  return (
    httpStatusOf(exception) < INTERNAL_SERVER_ERROR ||
    isWebSocketAnswer(exception) ||
    isGrpcAnswer(exception)
  );
}

/**
 * Returns the status code with which Nest 12 answers an HTTP request if an exception is thrown that no filter
 * handles: that of an `HttpException`, of an error of http-errors or Fastify, or of an object that is no error;
 * else 500. Does not throw.
 */
export function httpStatusOf(exception: unknown): number {
  try {
    const { getStatus, statusCode } = exception as { getStatus?: unknown; statusCode?: unknown };
    const status: unknown =
      typeof getStatus === 'function'
        ? getStatus.call(exception)
        : isHttpError(exception as HttpError) && statusCode;
    return typeof status === 'number' ? status : INTERNAL_SERVER_ERROR;
  } catch {
    // Anything can be thrown: `null` has no members, and getters can throw.
    return INTERNAL_SERVER_ERROR;
  }
}

/** Whether an exception is a `WsException`, which a gateway sends to the client. Does not throw. */
export function isWebSocketAnswer(exception: unknown): boolean {
  try {
    return hasClass(exception as object, 'WsException');
  } catch {
    return false;
  }
}

/** The members of errors of http-errors and Fastify. */
interface HttpError {
  readonly statusCode?: unknown;
  readonly status?: unknown;
  readonly expose?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
}

/**
 * The rule of `BaseExceptionFilter.isHttpError` in Nest 12. Errors of other origin can have a `statusCode` too, such
 * as that of a response which a client has received.
 */
function isHttpError(exception: HttpError): boolean {
  const { statusCode, status, expose, code, message } = exception;
  if (typeof statusCode !== 'number') return false;
  const isFastifyError =
    typeof code === 'string' &&
    (code === 'FST_ERR_VALIDATION' || exception.constructor?.name === 'FastifyError');
  if (isFastifyError) return true;
  if (exception instanceof Error) return typeof expose === 'boolean' && status === statusCode;
  return statusCode >= 400 && typeof message === 'string' && message !== '';
}

function isGrpcAnswer(exception: unknown): boolean {
  try {
    const { getError } = exception as { getError?: unknown };
    if (typeof getError !== 'function') return false;
    const { code } = (getError.call(exception) ?? {}) as { code?: unknown };
    return (
      Number.isInteger(code) &&
      (code as number) > 0 &&
      (code as number) <= LAST_GRPC_CODE &&
      !GRPC_SERVER_ERRORS.includes(code as number)
    );
  } catch {
    return false;
  }
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
