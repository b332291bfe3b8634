import { performance } from 'node:perf_hooks';
import {
  abortReason,
  type SendControl,
  SendError,
  type Sender,
  type SenderResponse,
} from '../sender.js';
import { backoffMillis, type RetryPolicy } from '../transport/retry-policy.js';
import type {
  GrpcCall,
  GrpcClient,
  GrpcError,
  GrpcMetadataWriter,
  GrpcPackage,
} from './grpc-package.js';
import { isTooLong, troubleOf } from './grpc-trouble.js';
import { retryDelay } from './retry-delay.js';

/** The server, and how calls are made to it. All values are checked by then. */
export interface GrpcSenderOptions {
  readonly grpc: GrpcPackage;
  /** The path of the method that takes the messages. */
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: unknown;
  readonly isCompressed: boolean;
  readonly userAgent: string;
  readonly retry: RetryPolicy;
}

const GZIP = 2;
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;
/** Less than the second that processors of this library give an exporter to shut down. */
const CLOSE_GRACE_MILLIS = 900;

/** The messages are encoded and decoded elsewhere. */
const identity = (bytes: Buffer): Buffer => bytes;

/** Sends encoded messages to one method of a server, again where OTLP allows it. */
export class GrpcSender implements Sender {
  /** Calls share one connection, as HTTP/2 has it. */
  readonly isFasterInParallel = true;
  readonly #options: GrpcSenderOptions;
  readonly #client: GrpcClient;
  readonly #metadata: GrpcMetadataWriter;
  readonly #calls = new Set<GrpcCall>();
  readonly #endWaits = new Set<() => void>();
  #isEnding = false;
  #cancelTimer: NodeJS.Timeout | undefined;

  constructor(options: GrpcSenderOptions) {
    const { grpc, url, credentials, isCompressed, headers, userAgent } = options;
    this.#options = options;
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    this.#client = new grpc.Client(
      `${url.hostname}:${port}`,
      credentials as never,
      {
        'grpc.primary_user_agent': userAgent,
        'grpc.max_receive_message_length': MAX_RESPONSE_BYTES,
        // The retries of the package would be added to those of this class.
        'grpc.enable_retries': 0,
        ...(isCompressed && { 'grpc.default_compression_algorithm': GZIP }),
      } as never,
    );
    this.#metadata = new grpc.Metadata();
    for (const [name, value] of Object.entries(headers)) this.#metadata.set(name, value);
  }

  async send(body: Buffer, control: SendControl): Promise<SenderResponse> {
    const { retry } = this.#options;
    const { deadline, signal } = control;
    for (let retryCount = 0; ; retryCount++) {
      signal?.throwIfAborted();
      try {
        return { body: await this.#call(body, control), contentType: undefined };
      } catch (reason) {
        if (signal?.aborted) {
          throw new SendError(`gRPC ${this.#options.url.host}: ${abortReason(signal)}`);
        }
        const error = reason as GrpcError;
        const failure = this.#describe(error, body, retryCount);
        const asked = retryDelay(error);
        const isLastTry = this.#isEnding || retryCount >= retry.maxRetries;
        if (asked === 'never' || failure.isTooLong || isLastTry) throw failure;
        const wait = asked ?? backoffMillis(retry, retryCount);
        if (performance.now() + wait >= deadline) throw failure;
        control.onRetry(failure);
        await this.#wait(wait, signal);
        if (this.#isEnding || signal?.aborted) throw failure;
      }
    }
  }

  endSoon(): void {
    this.#isEnding = true;
    for (const endWait of this.#endWaits) endWait();
    this.#cancelTimer ??= setTimeout(() => {
      for (const call of this.#calls) call.cancel();
    }, CLOSE_GRACE_MILLIS);
  }

  async close(): Promise<void> {
    clearTimeout(this.#cancelTimer);
    this.#client.close();
  }

  #call(body: Buffer, { deadline, signal }: SendControl): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const cancel = () => {
        call.cancel();
        // The package calls back later, and the processor waits no longer.
        reject(signal?.reason);
      };
      const call = this.#client.makeUnaryRequest(
        this.#options.method,
        identity,
        identity,
        body,
        this.#metadata as never,
        { deadline: Date.now() + deadline - performance.now() } as never,
        (error, response) => {
          this.#calls.delete(call);
          signal?.removeEventListener('abort', cancel);
          if (error === null) resolve(response ?? Buffer.alloc(0));
          else reject(error);
        },
      );
      this.#calls.add(call);
      signal?.addEventListener('abort', cancel);
    });
  }

  async #wait(millis: number, signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const endWait = () => {
        clearTimeout(timer);
        this.#endWaits.delete(endWait);
        signal?.removeEventListener('abort', endWait);
        resolve();
      };
      const timer = setTimeout(endWait, millis).unref();
      this.#endWaits.add(endWait);
      signal?.addEventListener('abort', endWait);
    });
  }

  #describe(error: GrpcError, body: Buffer, retryCount: number): SendError {
    const tries = retryCount === 0 ? '' : ` (after ${retryCount + 1} tries)`;
    const message = `gRPC ${this.#options.url.host}: ${troubleOf(error, body.length)}${tries}`;
    return new SendError(message, undefined, isTooLong(error, body.length));
  }
}
