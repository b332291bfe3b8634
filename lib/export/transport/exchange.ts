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

/** A response that came completely. */
export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A request that brought no response. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';

  constructor(
    message: string,
    /** True when the server cannot have answered: the request may be sent again. */
    readonly isRetryable: boolean,
    /** True when a connection from an earlier request was used that the server had closed by then. */
    readonly isStaleConnection = false,
  ) {
    super(message);
  }
}

/** A request that is under way. */
export interface Exchange {
  /** Rejects with an {@link ExchangeError} only. */
  readonly response: Promise<HttpResponse>;
  /** Ends it now, unless it is over. */
  abort(reason: string): void;
}

/**
 * Sends one request and reads the response. Never throws. It waits for ever: whoever begins it sets
 * the time, and aborts it.
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
      // The rest of a body may break off when the server has answered and wants no more of it.
      if (!hasResponse) fail(toExchangeError(error, outgoing.reusedSocket));
    });
    outgoing.on('response', (incoming) => {
      hasResponse = true;
      readResponse(incoming, request.maxResponseBytes).then((received) => {
        resolve(received);
        // A server that answers before it has read all leaves a connection nobody can use again.
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

/** A server that cannot prove who it is, or speaks another protocol: sending again changes nothing. */
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
