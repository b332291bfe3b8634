import { performance } from 'node:perf_hooks';
import type { SenderResponse, SpanSender } from '../remote-span-exporter.js';
import { backoffMillis, type RetryPolicy } from '../transport/retry-policy.js';
import type {
  GrpcCall,
  GrpcClient,
  GrpcError,
  GrpcMetadataWriter,
  GrpcPackage,
} from './grpc-package.js';
import { retryDelay } from './retry-delay.js';

/** The server, and how calls are made to it. All values are checked by then. */
export interface GrpcSenderOptions {
  readonly grpc: GrpcPackage;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: unknown;
  readonly isCompressed: boolean;
  readonly userAgent: string;
  readonly retry: RetryPolicy;
}

const METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const GZIP = 2;
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;
/** Less than the second that processors of this library give an exporter to shut down. */
const CLOSE_GRACE_MILLIS = 900;

/** The messages are encoded and decoded elsewhere. */
const identity = (bytes: Buffer): Buffer => bytes;

/** Sends encoded messages to the trace service of one server, again where OTLP allows it. */
export class GrpcSender implements SpanSender {
  readonly #options: GrpcSenderOptions;
  readonly #client: GrpcClient;
  readonly #metadata: GrpcMetadataWriter;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #calls = new Set<GrpcCall>();
  readonly #endWaits = new Set<() => void>();
  #isClosed = false;

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

  async send(body: Buffer, deadline: number): Promise<SenderResponse> {
    const response = this.#sendUntilTaken(body, deadline);
    this.#underWay.add(response);
    try {
      return { body: await response, contentType: undefined };
    } finally {
      this.#underWay.delete(response);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const endWait of this.#endWaits) endWait();
    const timer = setTimeout(() => {
      for (const call of this.#calls) call.cancel();
    }, CLOSE_GRACE_MILLIS);
    await Promise.allSettled(this.#underWay);
    clearTimeout(timer);
    this.#client.close();
  }

  async #sendUntilTaken(body: Buffer, deadline: number): Promise<Buffer> {
    const { retry } = this.#options;
    for (let retryCount = 0; ; retryCount++) {
      try {
        return await this.#call(body, deadline - performance.now());
      } catch (error) {
        const asked = retryDelay(error as GrpcError);
        const isLastTry = this.#isClosed || retryCount >= retry.maxRetries;
        if (asked === 'never' || isLastTry) throw this.#describe(error as GrpcError, retryCount);
        const wait = asked ?? backoffMillis(retry, retryCount);
        if (performance.now() + wait >= deadline) {
          throw this.#describe(error as GrpcError, retryCount);
        }
        await this.#wait(wait);
        if (this.#isClosed) throw this.#describe(error as GrpcError, retryCount);
      }
    }
  }

  #call(body: Buffer, remainingMillis: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const call = this.#client.makeUnaryRequest(
        METHOD,
        identity,
        identity,
        body,
        this.#metadata as never,
        { deadline: Date.now() + remainingMillis } as never,
        (error, response) => {
          this.#calls.delete(call);
          if (error === null) resolve(response ?? Buffer.alloc(0));
          else reject(error);
        },
      );
      this.#calls.add(call);
    });
  }

  async #wait(millis: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const endWait = () => {
        clearTimeout(timer);
        this.#endWaits.delete(endWait);
        resolve();
      };
      const timer = setTimeout(endWait, millis).unref();
      this.#endWaits.add(endWait);
    });
  }

  #describe(error: GrpcError, retryCount: number): Error {
    const tries = retryCount === 0 ? '' : ` (after ${retryCount + 1} tries)`;
    return new Error(`gRPC ${this.#options.url.host}: ${error.message}${tries}`, { cause: error });
  }
}
