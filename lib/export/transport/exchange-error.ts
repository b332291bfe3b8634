import { hintFor } from './connection-hints.js';

/** Why a request got no complete response. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';

  constructor(
    message: string,
    /** True where the server cannot have processed the request, which may be sent again. */
    readonly isRetryable: boolean,
    /** True where the server had closed the connection, which was left from an earlier request. */
    readonly isStaleConnection = false,
  ) {
    super(message);
  }
}

/** Invalid certificates and other protocols than HTTP: a retry would fail too. */
const LASTING_TROUBLE =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_|ERR_TLS_|ERR_SSL_|EPROTO|HPE_)/;
const CLOSED_CONNECTION = /^(ECONNRESET|EPIPE|ECONNABORTED)$/;

/**
 * Describes the error of a request that got no response.
 *
 * @param isReusedSocket whether the connection was left from an earlier request
 */
export function toExchangeError(
  error: NodeJS.ErrnoException,
  isReusedSocket: boolean,
): ExchangeError {
  // Of a tunnel, which was not opened.
  if (error instanceof ExchangeError) return error;
  const code = error.code ?? '';
  return new ExchangeError(
    describe(error),
    !LASTING_TROUBLE.test(code),
    isReusedSocket && CLOSED_CONNECTION.test(code),
  );
}

/** Describes the error of a response that ended too early. */
export function brokenOff(error: NodeJS.ErrnoException): ExchangeError {
  return new ExchangeError(`the response was cut off: ${describe(error)}`, false);
}

function describe(error: NodeJS.ErrnoException): string {
  if (error.code === 'HPE_INVALID_CONSTANT') {
    return `${error.message}: the server does not speak HTTP/1.1. Is this its port for gRPC?`;
  }
  const message = messageOf(error);
  const hint = hintFor(`${error.code ?? ''} ${message}`);
  return hint === undefined ? message : `${message}: ${hint}`;
}

/** `localhost` has several addresses, and the error of all of them together has no message. */
function messageOf(error: Error): string {
  const { errors } = error as Partial<AggregateError>;
  if (error.message !== '' || !Array.isArray(errors)) return error.message;
  return errors.map((each) => (each as Error).message).join(', ');
}
