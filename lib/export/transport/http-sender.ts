import type { AgentOptions } from 'node:https';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { SenderResponse, SpanSender } from '../remote-span-exporter.js';
import { Agents, type ExporterTlsOptions } from './agents.js';
import type { RetryPolicy } from './retry-policy.js';
import { SendError, SendOperation } from './send-operation.js';

/** The server, and how requests are sent to it. All values are checked by then. */
export interface HttpSenderOptions {
  /** The exporter's class, for messages: `OtlpSpanExporter`. */
  readonly owner: string;
  readonly url: URL;
  /** Sent to the host of `url` only. */
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  /** With gzip. */
  readonly isCompressed: boolean;
  /** The reason that the response to a refused request gives, if any. @default none is read */
  readonly readRefusal?: (body: Buffer, contentType: string | undefined) => string | undefined;
  readonly tls?: ExporterTlsOptions | undefined;
  readonly agentOptions?: AgentOptions | undefined;
  readonly retry: RetryPolicy;
  /** For messages: how long a request may take, all tries and the waits between them included. */
  readonly timeoutMillis: number;
}

/** OTLP demands a limit. A longer response is a failure that is not retried. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;
/** Less than the second that processors of this library give an exporter to shut down. */
const CLOSE_GRACE_MILLIS = 900;
/** The fastest: the processor is the bottleneck more often than the network. */
const GZIP_LEVEL = constants.Z_BEST_SPEED;

const gzipAsync = promisify(gzip);

/**
 * Posts bodies to one URL over connections that stay open. A body is sent again, the very same bytes,
 * where the protocols of tracing allow it: after 429, 502, 503, 504, and when no response came.
 */
export class HttpSender implements SpanSender {
  readonly #options: HttpSenderOptions;
  readonly #agents: Agents;
  readonly #operations = new Map<SendOperation, Promise<unknown>>();
  #isClosed = false;

  /** @throws TracingConfigError for unusable `tls` */
  constructor(options: HttpSenderOptions) {
    this.#options = options;
    this.#agents = new Agents(options.owner, options.tls, options.agentOptions);
  }

  /** @throws SendError by rejection, for a request that was refused or got no response */
  async send(body: Buffer, deadline: number): Promise<SenderResponse> {
    const { isCompressed } = this.#options;
    const sent = isCompressed ? await gzipAsync(body, { level: GZIP_LEVEL }) : body;
    if (this.#isClosed) throw new SendError('The sender is shut down');
    const operation = this.#createOperation(sent, deadline);
    const response = operation.run();
    this.#operations.set(operation, response);
    try {
      const { body: received, headers } = await response;
      return { body: received, contentType: headers['content-type'] };
    } catch (error) {
      throw this.#withRefusal(error as SendError);
    } finally {
      this.#operations.delete(operation);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const underWay = [...this.#operations];
    for (const [operation] of underWay) operation.stopRetrying();
    const timer = setTimeout(() => {
      for (const [operation] of underWay) operation.abort('the exporter was shut down');
    }, CLOSE_GRACE_MILLIS);
    await Promise.allSettled(underWay.map(([, response]) => response));
    clearTimeout(timer);
    this.#agents.destroy();
  }

  #createOperation(body: Buffer, deadline: number): SendOperation {
    const { url, headers, contentType, isCompressed, retry, timeoutMillis } = this.#options;
    return new SendOperation({
      url,
      ownHeaders: headers,
      bodyHeaders: {
        'content-type': contentType,
        ...(isCompressed && { 'content-encoding': 'gzip' }),
        'content-length': String(body.length),
      },
      body,
      agents: this.#agents,
      retry,
      timeoutMillis,
      deadline,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
  }

  /** Adds the reason that the server gave. */
  #withRefusal(error: SendError): SendError {
    const { response, message } = error;
    if (response === undefined) return error;
    const reason = this.#options.readRefusal?.(response.body, response.headers['content-type']);
    return reason === undefined ? error : new SendError(`${message}: ${reason}`, response);
  }
}
