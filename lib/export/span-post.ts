import type { AgentOptions } from 'node:https';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { Diagnostics } from '../diagnostics.js';
import { checkChoice, checkMillis } from '../option-checks.js';
import { parseRefusal } from './otlp/response.js';
import type { RemoteExportPlan, ServerAnswer, SpanSender } from './remote-span-exporter.js';
import type { ExporterTlsOptions } from './transport/agents.js';
import { HttpSender } from './transport/http-sender.js';
import { createRetryPolicy, type ExporterRetryOptions } from './transport/retry-policy.js';
import { SendError } from './transport/send-error.js';
import { checkHeaders, checkUrl } from './transport/target.js';

/** Where and how an exporter posts its spans over HTTP. */
export interface HttpExportOptions {
  /** The whole URL, used as it is. @default what the exporter says */
  readonly url?: string;
  /** More headers, such as an API key. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** For one export: all its requests, all tries, and the waits between them. @default 10000 */
  readonly timeoutMillis?: number;
  /** @default 'none' */
  readonly compression?: 'gzip' | 'none';
  /**
   * Exports that may be under way at once; one more fails at once. Our processors never have two, but
   * others do. 1 to 1000. @default 30
   */
  readonly concurrencyLimit?: number;
  /** How an export is tried again. */
  readonly retry?: ExporterRetryOptions;
  /** Certificates and keys. */
  readonly tls?: ExporterTlsOptions;
  /** For the connections, as `node:https` has them. @default { keepAlive: true } */
  readonly agentOptions?: AgentOptions;
  /** Where trouble with spans that were taken is reported. @default the console */
  readonly diagnostics?: Diagnostics;
}

/** What an exporter adds to the options of its user. */
export type PostPlan = Pick<RemoteExportPlan, 'owner' | 'encoding' | 'group' | 'readAnswer'> & {
  readonly defaultUrl: string;
  readonly userAgent: string;
};

/** The quickest: the network is rarely the bottleneck, the processor is. */
const GZIP_LEVEL = constants.Z_BEST_SPEED;

const gzipAsync = promisify(gzip);

/**
 * The plan of an exporter that posts its spans to one URL.
 *
 * @throws TracingConfigError for an option that cannot be used
 */
export function planPosts(plan: PostPlan, options: HttpExportOptions): RemoteExportPlan {
  const { owner, encoding, group, readAnswer } = plan;
  const timeoutMillis = checkMillis(`${owner}.timeoutMillis`, options.timeoutMillis, 10_000, 1);
  return {
    owner,
    encoding,
    group,
    readAnswer,
    sender: new SpanPost(plan, options, timeoutMillis),
    timeoutMillis,
    concurrencyLimit: options.concurrencyLimit,
    diagnostics: options.diagnostics ?? new Diagnostics(),
  };
}

/** Posts encoded spans to one URL. */
class SpanPost implements SpanSender {
  readonly #sender: HttpSender;
  readonly #contentType: string;
  readonly #isCompressed: boolean;

  constructor(plan: PostPlan, options: HttpExportOptions, timeoutMillis: number) {
    const { owner } = plan;
    this.#contentType = plan.encoding.contentType;
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
      timeoutMillis,
    });
  }

  async send(body: Buffer, deadline: number): Promise<ServerAnswer> {
    const headers = { 'content-type': this.#contentType };
    try {
      const response = this.#isCompressed
        ? await this.#sender.send(
            await gzipAsync(body, { level: GZIP_LEVEL }),
            { ...headers, 'content-encoding': 'gzip' },
            deadline,
          )
        : await this.#sender.send(body, headers, deadline);
      return { body: response.body, contentType: response.headers['content-type'] };
    } catch (error) {
      throw explain(error);
    }
  }

  close(): Promise<void> {
    return this.#sender.close();
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
