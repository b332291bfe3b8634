import { Diagnostics } from '../../diagnostics.js';
import type { ReadableSpan } from '../../trace/index.js';
import { VERSION } from '../../version.js';
import { OngoingExports } from '../ongoing-exports.js';
import { checkCount } from '../option-checks.js';
import { groupSpans } from '../otlp/group-spans.js';
import type { PartialExportResult } from '../partial-result.js';
import { type ExportResult, ExportResultCode, type SpanExporter } from '../span-exporter.js';
import { type HttpExportOptions, SpanPost } from '../span-post.js';
import { ThriftEncoding } from './thrift-encoding.js';

const OWNER = 'JaegerExporter';
const DEFAULT_URL = 'http://localhost:14268/api/traces';

/** Sends spans to Jaeger's older receiver, by Thrift over HTTP: a request for each resource. */
export class ThriftSpanExporter implements SpanExporter {
  readonly #post: SpanPost;
  readonly #exports: OngoingExports;

  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: HttpExportOptions = {}) {
    const diagnostics = options.diagnostics ?? new Diagnostics();
    this.#post = new SpanPost(
      {
        owner: OWNER,
        defaultUrl: DEFAULT_URL,
        userAgent: `nestjs-traced/${VERSION}`,
        encoding: new ThriftEncoding(),
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
    let rejectedCount = 0;
    let error: unknown;
    for (const { scopes } of groupSpans(spans)) {
      const group = scopes.flatMap((scope) => scope.spans);
      try {
        rejectedCount += (await this.#post.post(group)).skippedCount;
      } catch (trouble) {
        rejectedCount += group.length;
        error ??= trouble;
      }
    }
    if (rejectedCount === spans.length) throw error;
    if (rejectedCount === 0) return { code: ExportResultCode.SUCCESS };
    error ??= new Error(`${rejectedCount} spans could not be read`);
    return { code: ExportResultCode.SUCCESS, rejectedCount, error: error as Error };
  }
}
