import { performance } from 'node:perf_hooks';
import {
  abortReason,
  type SendControl,
  SendError,
  type Sender,
  type SenderResponse,
} from '../sender.js';
import type { HttpProxy, ProxyChoice } from '../transport/proxy-choice.js';
import { ProxyTunnels } from '../transport/proxy-tunnels.js';
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
  /** The file of the socket at which the server listens. @default it listens at host and port of `url` */
  readonly socketPath?: string | undefined;
  /** @default a direct connection */
  readonly proxies?: ProxyChoice | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: unknown;
  readonly isCompressed: boolean;
  readonly userAgent: string;
  readonly retry: RetryPolicy;
}

const GZIP = 2;
const UNAVAILABLE = 14;
/** How long a proxy may take to say why it gave the package no connection. */
const MAX_INQUIRY_MILLIS = 1000;
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
  readonly #authority: string;
  readonly #proxy: HttpProxy | undefined;
  readonly #client: GrpcClient;
  readonly #metadata: GrpcMetadataWriter;
  readonly #calls = new Set<GrpcCall>();
  readonly #endWaits = new Set<() => void>();
  #isEnding = false;
  #cancelTimer: NodeJS.Timeout | undefined;

  constructor(options: GrpcSenderOptions) {
    const { grpc, url, socketPath, credentials, isCompressed, headers, userAgent } = options;
    this.#options = options;
    this.#authority = `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
    this.#proxy = socketPath === undefined ? options.proxies?.(url) : undefined;
    this.#client = new grpc.Client(
      this.#address,
      credentials as never,
      {
        // The package knows fewer variables, and other rules for hosts without a proxy.
        'grpc.enable_http_proxy': 0,
        ...this.#proxyOptions,
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
    const { signal } = control;
    for (let retryCount = 0; ; retryCount++) {
      signal?.throwIfAborted();
      try {
        return { body: await this.#call(body, control), contentType: undefined };
      } catch (reason) {
        if (signal?.aborted) {
          throw new SendError(`${this.#way}: ${abortReason(signal)}`);
        }
        const error = reason as GrpcError;
        // The package has a time limit of its own, which goes on in a process that is stopped.
        control.restartIfStopped?.();
        const failure = await this.#describe(error, body, retryCount);
        const asked = retryDelay(error);
        const isLastTry = this.#isEnding || retryCount >= retry.maxRetries;
        if (asked === 'never' || failure.isTooLong || isLastTry) throw failure;
        const wait = asked ?? backoffMillis(retry, retryCount);
        if (performance.now() + wait >= control.deadline) throw failure;
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

  async #describe(error: GrpcError, body: Buffer, retryCount: number): Promise<SendError> {
    const tries = retryCount === 0 ? '' : ` (after ${retryCount + 1} tries)`;
    const refusal = error.code === UNAVAILABLE ? await this.#refusalOfProxy() : undefined;
    const trouble = refusal ?? troubleOf(error, body.length);
    return new SendError(
      `${this.#way}: ${trouble}${tries}`,
      undefined,
      isTooLong(error, body.length),
    );
  }

  /** The package does not say why a proxy gave it no connection, so the proxy is asked for one more. */
  async #refusalOfProxy(): Promise<string | undefined> {
    const proxy = this.#proxy;
    if (proxy === undefined) return undefined;
    const tunnels = new ProxyTunnels(MAX_INQUIRY_MILLIS);
    return new Promise((resolve) =>
      tunnels.open(proxy, this.#authority, (error, socket) => {
        socket?.destroy();
        resolve(error?.message);
      }),
    );
  }

  get #address(): string {
    if (this.#options.socketPath !== undefined) return `unix:${this.#options.socketPath}`;
    if (this.#proxy === undefined) return this.#authority;
    const { url } = this.#proxy;
    return `${url.hostname}:${url.port || 80}`;
  }

  get #proxyOptions(): Record<string, string> {
    const proxy = this.#proxy;
    if (proxy === undefined) return {};
    return {
      'grpc.http_connect_target': `dns:${this.#authority}`,
      ...(proxy.credentials !== undefined && { 'grpc.http_connect_creds': proxy.credentials }),
      'grpc.default_authority': this.#authority,
    };
  }

  /** For messages. */
  get #way(): string {
    const { url, socketPath } = this.#options;
    if (socketPath !== undefined) return `gRPC unix://${socketPath}`;
    const way = this.#proxy === undefined ? '' : ` through the proxy ${this.#proxy.shown}`;
    return `gRPC ${url.host}${way}`;
  }
}
