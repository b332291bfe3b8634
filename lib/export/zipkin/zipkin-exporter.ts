import { Diagnostics } from '../../diagnostics.js';
import type { ReadableSpan } from '../../trace/index.js';
import { VERSION } from '../../version.js';
import { OngoingExports } from '../ongoing-exports.js';
import { checkCount } from '../option-checks.js';
import type { PartialExportResult } from '../partial-result.js';
import { type ExportResult, ExportResultCode, type SpanExporter } from '../span-exporter.js';
import { type HttpExportOptions, SpanPost } from '../span-post.js';
import { ZipkinEncoding } from './zipkin-encoding.js';

/** Where and how spans are sent to Zipkin. */
export interface ZipkinExporterOptions extends HttpExportOptions {
  /** The whole URL, used as it is. @default 'http://localhost:9411/api/v2/spans' */
  readonly url?: string;
}

const OWNER = 'ZipkinExporter';
const DEFAULT_URL = 'http://localhost:9411/api/v2/spans';

/**
 * Sends spans to Zipkin, or whoever speaks the JSON of its API version 2. Names of spans and services
 * arrive in lower case, as Zipkin wants them, and links not at all: its model has none. Where a
 * backend takes OTLP as well, that says more.
 *
 * @example
 * new ZipkinExporter({ url: 'http://zipkin:9411/api/v2/spans' })
 */
export class ZipkinExporter implements SpanExporter {
  readonly #post: SpanPost;
  readonly #exports: OngoingExports;

  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: ZipkinExporterOptions = {}) {
    const diagnostics = options.diagnostics ?? new Diagnostics();
    this.#post = new SpanPost(
      {
        owner: OWNER,
        defaultUrl: DEFAULT_URL,
        userAgent: `nestjs-traced/${VERSION}`,
        encoding: new ZipkinEncoding(),
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
    const { skippedCount } = await this.#post.post(spans);
    if (skippedCount === 0) return { code: ExportResultCode.SUCCESS };
    const error = new Error(`${skippedCount} spans could not be read`);
    return { code: ExportResultCode.SUCCESS, rejectedCount: skippedCount, error };
  }
}
