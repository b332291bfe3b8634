import type { AgentOptions } from 'node:https';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Diagnostics } from '../diagnostics.js';
import type { ReadableSpan } from '../trace/index.js';
import { checkChoice, checkMillis } from './option-checks.js';
import { parseRefusal } from './otlp/response.js';
import type { EncodedTraces, TraceEncoding } from './trace-encoding.js';
import type { TlsOptions } from './transport/agents.js';
import type { HttpResponse } from './transport/exchange.js';
import { HttpSender } from './transport/http-sender.js';
import { createRetryPolicy, type RetryOptions } from './transport/retry-policy.js';
import { SendError } from './transport/send-error.js';
import { checkHeaders, checkUrl } from './transport/target.js';

/** Where and how an exporter posts its spans over HTTP. */
export interface HttpExportOptions {
  /** The whole URL, used as it is. @default what the exporter says */
  readonly url?: string;
  /** More headers, such as an API key. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** For one export: all tries, and the waits between them. @default 10000 */
  readonly timeoutMillis?: number;
  /** @default 'none' */
  readonly compression?: 'gzip' | 'none';
  /**
   * Exports that may be under way at once; one more fails at once. Our processors never have two, but
   * others do. 1 to 1000. @default 30
   */
  readonly concurrencyLimit?: number;
  /** How an export is tried again. */
  readonly retry?: RetryOptions;
  /** Certificates and keys. */
  readonly tls?: TlsOptions;
  /** For the connections, as `node:https` has them. @default { keepAlive: true } */
  readonly agentOptions?: AgentOptions;
  /** Where trouble with spans that were taken is reported. @default the console */
  readonly diagnostics?: Diagnostics;
}

/** What an exporter adds to the options of its user. */
export interface SpanPostPlan {
  /** Whose post it is, for messages: `OtlpSpanExporter`. */
  readonly owner: string;
  readonly defaultUrl: string;
  readonly userAgent: string;
  readonly encoding: TraceEncoding;
  readonly diagnostics: Diagnostics;
}

/** A batch that the server took. */
export interface PostedSpans {
  readonly response: HttpResponse;
  /** Spans that could not be read and were left out; fewer than there were. */
  readonly skippedCount: number;
}

/** OTLP's bound, which is wide for the others: what is larger is not sent, but counted as failed. */
const MAX_REQUEST_BYTES = 64 * 1024 * 1024;
/** The quickest: the network is rarely the bottleneck, the processor is. */
const GZIP_LEVEL = constants.Z_BEST_SPEED;

const gzipAsync = promisify(gzip);

/** Encodes spans and posts them to one URL. */
export class SpanPost {
  readonly #sender: HttpSender;
  readonly #encoding: TraceEncoding;
  readonly #isCompressed: boolean;
  readonly #diagnostics: Diagnostics;

  /** @throws TracingConfigError for an option that cannot be used */
  constructor(plan: SpanPostPlan, options: HttpExportOptions) {
    const { owner } = plan;
    this.#encoding = plan.encoding;
    this.#diagnostics = plan.diagnostics;
    this.#isCompressed =
      checkChoice(`${owner}.compression`, options.compression, 'none', ['gzip', 'none']) === 'gzip';
    this.#sender = new HttpSender({
      owner,
      url: checkUrl(`${owner}.url`, options.url ?? plan.defaultUrl),
      headers: {
        'user-agent': plan.userAgent,
        ...checkHeaders(`${owner}.headers`, options.headers),
      },
      tls: options.tls,
      agentOptions: options.agentOptions,
      retry: createRetryPolicy(owner, options.retry),
      timeoutMillis: checkMillis(`${owner}.timeoutMillis`, options.timeoutMillis, 10_000, 1),
    });
  }

  /**
   * Posts a batch, which is not empty. Whoever calls sees to it that tracing is suppressed.
   *
   * @throws Error by rejection, with what the server said about it as far as it did
   */
  async post(spans: readonly ReadableSpan[]): Promise<PostedSpans> {
    const encoded = await this.#encoding.encode(spans);
    const { skippedCount, skipCause } = encoded;
    if (skippedCount === spans.length) {
      throw new Error(`The spans could not be read: ${String(skipCause)}`);
    }
    const response = await this.#send(encoded);
    // Only now: what is given up may still be read by the connection it was given to.
    encoded.release();
    if (skippedCount > 0) {
      this.#diagnostics.report('Spans could not be read and were not exported', skipCause);
    }
    return { response, skippedCount };
  }

  /** Closes all connections. A request under way has a second left, but is not sent again. */
  close(): Promise<void> {
    return this.#sender.close();
  }

  async #send({ body }: EncodedTraces): Promise<HttpResponse> {
    if (body.length > MAX_REQUEST_BYTES) {
      throw new Error(
        `The request would be ${body.length} bytes long, more than ${MAX_REQUEST_BYTES}`,
      );
    }
    const headers = { 'content-type': this.#encoding.contentType };
    try {
      if (!this.#isCompressed) return await this.#sender.send(body, headers);
      const compressed = await gzipAsync(body, { level: GZIP_LEVEL });
      return await this.#sender.send(compressed, { ...headers, 'content-encoding': 'gzip' });
    } catch (error) {
      throw explain(error);
    }
  }
}

/** With what the server said about it, as far as it did. */
function explain(error: unknown): unknown {
  if (!(error instanceof SendError)) return error;
  const { response, message } = error;
  if (response === undefined) return error;
  const reason = parseRefusal(response.body, response.headers['content-type']);
  return reason === undefined ? error : new SendError(`${message}: ${reason}`, response);
}
