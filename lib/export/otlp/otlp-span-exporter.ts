import { Diagnostics } from '../../diagnostics.js';
import type { ReadableSpan } from '../../trace/index.js';
import { VERSION } from '../../version.js';
import { OngoingExports } from '../ongoing-exports.js';
import { checkChoice, checkCount } from '../option-checks.js';
import type { PartialExportResult } from '../partial-result.js';
import { type ExportResult, ExportResultCode, type SpanExporter } from '../span-exporter.js';
import { type HttpExportOptions, SpanPost } from '../span-post.js';
import type { TraceEncoding } from '../trace-encoding.js';
import type { HttpResponse } from '../transport/exchange.js';
import { JsonEncoding } from './json-encoding.js';
import { ProtobufEncoding } from './protobuf-encoding.js';
import { type PartialSuccess, parseResponse } from './response.js';

/** Where and how spans are sent. Spec: `protocol/exporter.md`. */
export interface OtlpSpanExporterOptions extends HttpExportOptions {
  /** The whole URL, used as it is. @default 'http://localhost:4318/v1/traces' */
  readonly url?: string;
  /** @default 'http/protobuf' */
  readonly protocol?: 'http/protobuf' | 'http/json';
}

const OWNER = 'OtlpSpanExporter';
const DEFAULT_URL = 'http://localhost:4318/v1/traces';

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
  readonly #post: SpanPost;
  readonly #encoding: TraceEncoding;
  readonly #diagnostics: Diagnostics;
  readonly #exports: OngoingExports;

  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: OtlpSpanExporterOptions = {}) {
    const protocol = checkChoice(`${OWNER}.protocol`, options.protocol, 'http/protobuf', [
      'http/protobuf',
      'http/json',
    ]);
    this.#encoding = protocol === 'http/json' ? new JsonEncoding() : new ProtobufEncoding();
    const diagnostics = options.diagnostics ?? new Diagnostics();
    this.#diagnostics = diagnostics;
    this.#post = new SpanPost(
      {
        owner: OWNER,
        defaultUrl: DEFAULT_URL,
        userAgent: `nestjs-traced/${VERSION} OTel-OTLP-Exporter-JavaScript/${VERSION}`,
        encoding: this.#encoding,
        diagnostics,
      },
      options,
    );
    this.#exports = new OngoingExports({
      concurrencyLimit: checkCount(
        `${OWNER}.concurrencyLimit`,
        options.concurrencyLimit,
        30,
        1,
        1000,
      ),
      diagnostics,
      deliver: (spans) => this.#deliver(spans),
    });
  }

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    this.#exports.begin(spans, resultCallback);
  }

  forceFlush(): Promise<void> {
    return this.#exports.settle();
  }

  /** An export under way has a second left, but is not tried again. */
  async shutdown(): Promise<void> {
    this.#exports.refuseMore();
    await this.#post.close();
    await this.#exports.settle();
  }

  async #deliver(spans: ReadableSpan[]): Promise<PartialExportResult> {
    const { response, skippedCount } = await this.#post.post(spans);
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
