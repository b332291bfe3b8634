import {
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { request as requestHttps } from 'node:https';

/** One POST request. */
export interface HttpRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly agent: Agent;
  readonly maxResponseBytes: number;
}

/** A complete response. */
export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A request without a complete response. */
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

/** A request that is under way. */
export interface Exchange {
  /** Rejects with an {@link ExchangeError} only. */
  readonly response: Promise<HttpResponse>;
  /** Ends the exchange now, unless it is over. */
  abort(reason: string): void;
}

/**
 * Sends one request and reads the response. Never throws. It has no timeout: the caller aborts it.
 */
export function beginExchange(request: HttpRequest): Exchange {
  const { url, headers, body, agent } = request;
  const open = url.protocol === 'https:' ? requestHttps : requestHttp;
  const outgoing = open(url, { method: 'POST', headers: { ...headers }, agent });
  let abort = (_reason: string): void => {};
  const response = new Promise<HttpResponse>((resolve, reject) => {
    let hasResponse = false;
    const fail = (error: ExchangeError): void => {
      reject(error);
      outgoing.destroy();
    };
    abort = (reason) => fail(new ExchangeError(reason, false));
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // A server that responds before it has read the body may close the connection.
      if (!hasResponse) fail(toExchangeError(error, outgoing.reusedSocket));
    });
    outgoing.on('response', (incoming) => {
      hasResponse = true;
      readResponse(incoming, request.maxResponseBytes).then((received) => {
        resolve(received);
        // A connection with a partly read body cannot be used again.
        if (!outgoing.writableFinished) outgoing.destroy();
      }, fail);
    });
  });
  outgoing.end(body);
  return { response, abort: (reason) => abort(reason) };
}

function readResponse(incoming: IncomingMessage, maxBytes: number): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else reject(new ExchangeError(`the answer is longer than ${maxBytes} bytes`, false));
    });
    incoming.on('error', (error) =>
      reject(new ExchangeError(`the answer broke off: ${describe(error)}`, false)),
    );
    incoming.on('end', () =>
      resolve({
        status: incoming.statusCode ?? 0,
        statusText: incoming.statusMessage ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks),
      }),
    );
  });
}

/** Invalid certificates and other protocols than HTTP: a retry would fail too. */
const LASTING_TROUBLE =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_|ERR_TLS_|ERR_SSL_|EPROTO|HPE_)/;
const CLOSED_CONNECTION = /^(ECONNRESET|EPIPE|ECONNABORTED)$/;

function toExchangeError(error: NodeJS.ErrnoException, isReusedSocket: boolean): ExchangeError {
  const code = error.code ?? '';
  return new ExchangeError(
    describe(error),
    !LASTING_TROUBLE.test(code),
    isReusedSocket && CLOSED_CONNECTION.test(code),
  );
}

function describe(error: NodeJS.ErrnoException): string {
  if (error.code === 'HPE_INVALID_CONSTANT') {
    return `${error.message}: the server speaks no HTTP/1.1 here; is this its port for gRPC?`;
  }
  // `localhost` has several addresses, and the error of all of them together has no message.
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map((each) => (each as Error).message).join(', ');
  }
  return error.message;
}
