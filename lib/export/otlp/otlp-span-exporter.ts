import type { AgentOptions } from 'node:https';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { Diagnostics } from '../../diagnostics.js';
import type { ReadableSpan } from '../../trace/index.js';
import { VERSION } from '../../version.js';
import { checkChoice, checkCount, checkMillis } from '../option-checks.js';
import type { PartialExportResult } from '../partial-result.js';
import { type ExportResult, ExportResultCode, type SpanExporter } from '../span-exporter.js';
import { runSuppressed } from '../suppressed.js';
import type { TlsOptions } from '../transport/agents.js';
import type { HttpResponse } from '../transport/exchange.js';
import { HttpSender } from '../transport/http-sender.js';
import { createRetryPolicy, type RetryOptions } from '../transport/retry-policy.js';
import { SendError } from '../transport/send-error.js';
import { checkHeaders, checkUrl } from '../transport/target.js';
import { JsonEncoding } from './json-encoding.js';
import { ProtobufEncoding } from './protobuf-encoding.js';
import { type PartialSuccess, parseRefusal, parseResponse } from './response.js';
import type { EncodedTraces, TraceEncoding } from './trace-encoding.js';

/** Where and how spans are sent. Spec: `protocol/exporter.md`. */
export interface OtlpSpanExporterOptions {
  /** The whole URL, used as it is. @default 'http://localhost:4318/v1/traces' */
  readonly url?: string;
  /** More headers, such as an API key. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** For one export: all tries, and the waits between them. @default 10000 */
  readonly timeoutMillis?: number;
  /** @default 'none' */
  readonly compression?: 'gzip' | 'none';
  /** @default 'http/protobuf' */
  readonly protocol?: 'http/protobuf' | 'http/json';
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
  /** Where the server's complaints about spans it took are reported. @default the console */
  readonly diagnostics?: Diagnostics;
}

const OWNER = 'OtlpSpanExporter';
const DEFAULT_URL = 'http://localhost:4318/v1/traces';
/** OTLP: what is larger is not sent, but counted as failed. */
const MAX_REQUEST_BYTES = 64 * 1024 * 1024;
/** The quickest: the network is rarely the bottleneck, the processor is. */
const GZIP_LEVEL = constants.Z_BEST_SPEED;

const gzipAsync = promisify(gzip);

/**
 * Sends spans to a collector by OTLP over HTTP, as protobuf or JSON. Any OpenTelemetry backend takes
 * them: Collector, Jaeger, Tempo, and the hosted ones.
 *
 * Retries what OTLP lets it retry, within `timeoutMillis`. Spans that the server rejected while it
 * took the rest are told to the processor, and said in the log. Nothing of it is traced.
 *
 * @example
 * new OtlpSpanExporter({ url: 'https://collector:4318/v1/traces', headers: { 'api-key': key } })
 */
export class OtlpSpanExporter implements SpanExporter {
  readonly #sender: HttpSender;
  readonly #encoding: TraceEncoding;
  readonly #isCompressed: boolean;
  readonly #concurrencyLimit: number;
  readonly #diagnostics: Diagnostics;
  readonly #underWay = new Set<Promise<void>>();
  #isShutDown = false;

  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: OtlpSpanExporterOptions = {}) {
    const protocol = checkChoice(`${OWNER}.protocol`, options.protocol, 'http/protobuf', [
      'http/protobuf',
      'http/json',
    ]);
    this.#encoding = protocol === 'http/json' ? new JsonEncoding() : new ProtobufEncoding();
    const compression = checkChoice(`${OWNER}.compression`, options.compression, 'none', [
      'gzip',
      'none',
    ]);
    this.#isCompressed = compression === 'gzip';
    this.#concurrencyLimit = checkCount(
      `${OWNER}.concurrencyLimit`,
      options.concurrencyLimit,
      30,
      1,
      1000,
    );
    this.#diagnostics = options.diagnostics ?? new Diagnostics();
    this.#sender = new HttpSender({
      owner: OWNER,
      url: checkUrl(`${OWNER}.url`, options.url ?? DEFAULT_URL),
      headers: {
        'user-agent': `nestjs-traced/${VERSION} OTel-OTLP-Exporter-JavaScript/${VERSION}`,
        ...checkHeaders(`${OWNER}.headers`, options.headers),
      },
      tls: options.tls,
      agentOptions: options.agentOptions,
      retry: createRetryPolicy(OWNER, options.retry),
      timeoutMillis: checkMillis(`${OWNER}.timeoutMillis`, options.timeoutMillis, 10_000, 1),
    });
  }

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      resultCallback({ code: ExportResultCode.FAILED, error: new Error(refusal) });
      return;
    }
    const finished: Promise<void> = runSuppressed(() => this.#deliver(spans)).then((result) => {
      this.#underWay.delete(finished);
      try {
        resultCallback(result);
      } catch (error) {
        this.#diagnostics.report('A callback of an export threw', error);
      }
    });
    this.#underWay.add(finished);
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** An export under way has a second left, but is not tried again. */
  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    await this.#sender.close();
    await this.forceFlush();
  }

  #refusal(): string | undefined {
    if (this.#isShutDown) return 'The exporter is shut down';
    if (this.#underWay.size < this.#concurrencyLimit) return undefined;
    return `${this.#concurrencyLimit} exports are under way already`;
  }

  /** Never rejects. */
  async #deliver(spans: ReadableSpan[]): Promise<PartialExportResult> {
    if (spans.length === 0) return { code: ExportResultCode.SUCCESS };
    try {
      const encoded = await this.#encoding.encode(spans);
      if (encoded.skippedCount === spans.length) {
        throw new Error(`The spans could not be read: ${String(encoded.skipCause)}`);
      }
      const response = await this.#send(encoded);
      // Only now: what is given up may still be read by the connection it was given to.
      encoded.release();
      return this.#toResult(encoded, response);
    } catch (error) {
      return { code: ExportResultCode.FAILED, error: explain(error) };
    }
  }

  async #send({ body }: EncodedTraces): Promise<HttpResponse> {
    if (body.length > MAX_REQUEST_BYTES) {
      throw new Error(
        `The request would be ${body.length} bytes long, more than ${MAX_REQUEST_BYTES}`,
      );
    }
    const headers = { 'content-type': this.#encoding.contentType };
    if (!this.#isCompressed) return this.#sender.send(body, headers);
    const compressed = await gzipAsync(body, { level: GZIP_LEVEL });
    return this.#sender.send(compressed, { ...headers, 'content-encoding': 'gzip' });
  }

  #toResult(encoded: EncodedTraces, response: HttpResponse): PartialExportResult {
    const { skippedCount, skipCause } = encoded;
    if (skippedCount > 0) {
      this.#diagnostics.report('Spans could not be read and were not exported', skipCause);
    }
    const partial = this.#readResponse(response);
    const rejectedCount = skippedCount + (partial?.rejectedSpanCount ?? 0);
    if (rejectedCount === 0) return { code: ExportResultCode.SUCCESS };
    const reason = partial?.errorMessage || 'no reason given';
    const error = new Error(`${rejectedCount} spans were rejected: ${reason}`);
    return { code: ExportResultCode.SUCCESS, rejectedCount, error };
  }

  #readResponse({ body, headers }: HttpResponse): PartialSuccess | undefined {
    try {
      const partial = parseResponse(body, headers['content-type'], this.#encoding.contentType);
      if (partial === undefined) return undefined;
      const { rejectedSpanCount, errorMessage } = partial;
      if (rejectedSpanCount === 0) {
        this.#diagnostics.report('The OTLP server took a batch with a warning', errorMessage);
      } else {
        const detail = `${rejectedSpanCount} of them, ${errorMessage || 'no reason given'}`;
        this.#diagnostics.report('The OTLP server rejected spans of a batch', detail);
      }
      return partial;
    } catch (error) {
      this.#diagnostics.report(
        'The OTLP server took a batch, but its answer is none of OTLP: is the URL that of a collector?',
        error,
      );
      return undefined;
    }
  }
}

/** With what the server said about it, as far as it did. */
function explain(error: unknown): Error {
  if (!(error instanceof SendError)) return error as Error;
  const { response, message } = error;
  if (response === undefined) return error;
  const reason = parseRefusal(response.body, response.headers['content-type']);
  return reason === undefined ? error : new SendError(`${message}: ${reason}`, response);
}
