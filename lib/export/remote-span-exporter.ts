import { performance } from 'node:perf_hooks';
import type { Diagnostics } from '../diagnostics.js';
import { checkCount } from '../option-checks.js';
import type { ReadableSpan } from '../trace/index.js';
import { OngoingExports } from './ongoing-exports.js';
import type { PartialSuccess } from './otlp/response.js';
import {
  type ExportResult,
  ExportResultCode,
  type PartialExportResult,
  type SpanBatch,
  type SpanExporter,
} from './span-exporter.js';
import type { EncodedTraces, OpenBody, TraceEncoding } from './trace-encoding.js';

/** Sends requests to one server. */
export interface SpanSender {
  /**
   * Sends a body, again where the protocol allows it. Called with tracing suppressed; calls may overlap.
   *
   * @param deadline when to give up, by `performance.now()`
   * @returns the response of a server that accepted the request
   * @throws Error by rejection, with the reason that the server gave, if any
   */
  send(body: Buffer, deadline: number): Promise<SenderResponse>;
  /** Closes all connections. A request under way has a second left, and is not sent again. */
  close(): Promise<void>;
}

/** The response of a server that accepted a request. */
export interface SenderResponse {
  readonly body: Buffer;
  readonly contentType: string | undefined;
}

/** Format and transport of one exporter. All values but the limit are checked by then. */
export interface RemoteExporterOptions {
  /** The exporter's class, for messages: `OtlpSpanExporter`. */
  readonly owner: string;
  readonly encoding: TraceEncoding;
  readonly sender: SpanSender;
  /** For one export: all its requests, all tries, and the waits between them. */
  readonly timeoutMillis: number;
  readonly concurrencyLimit: number | undefined;
  readonly diagnostics: Diagnostics;
  /** Splits spans into groups that each need a request of their own. @default one group */
  readonly group?: (spans: readonly ReadableSpan[]) => Iterable<readonly ReadableSpan[]>;
  /** Reads which spans the server rejected. @default none */
  readonly readResponse?: (
    response: SenderResponse,
    requestContentType: string,
    diagnostics: Diagnostics,
  ) => PartialSuccess | undefined;
  /** Before compression. @default 67108864, the limit of OTLP, which suits the other formats */
  readonly maxRequestBytes?: number;
}

const MAX_REQUEST_BYTES = 64 * 1024 * 1024;

/**
 * An exporter that encodes spans and sends them to a server. Spans that are too long for one request
 * are sent in halves; each export calls back once, with the number of spans that were not accepted.
 */
export class RemoteSpanExporter implements SpanExporter {
  readonly #options: RemoteExporterOptions;
  readonly #exports: OngoingExports<ReadableSpan[] | EncodedSpanBatch>;

  /** @throws TracingConfigError for a `concurrencyLimit` outside its range */
  constructor(options: RemoteExporterOptions) {
    const { owner, concurrencyLimit, diagnostics } = options;
    this.#options = options;
    this.#exports = new OngoingExports({
      concurrencyLimit: checkCount(`${owner}.concurrencyLimit`, concurrencyLimit, 30, 1, 1000),
      diagnostics,
      deliver: (spans) => this.#deliver(spans),
    });
  }

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    this.#exports.begin(spans, resultCallback);
  }

  /**
   * Undefined where the format needs the spans of a request together, and in a subclass that overrides
   * {@link export}.
   */
  openBatch(): SpanBatch | undefined {
    if (this.export !== RemoteSpanExporter.prototype.export) return undefined;
    const { encoding, group } = this.#options;
    if (encoding.openBody === undefined || group !== undefined) return undefined;
    return new EncodedSpanBatch(encoding.openBody(), this.#exports);
  }

  forceFlush(): Promise<void> {
    return this.#exports.settle();
  }

  /** An export under way has a second left, and is not tried again. */
  async shutdown(): Promise<void> {
    this.#exports.refuseMore();
    await this.#options.sender.close();
    await this.#exports.settle();
  }

  async #deliver(spans: ReadableSpan[] | EncodedSpanBatch): Promise<PartialExportResult> {
    const deadline = performance.now() + this.#options.timeoutMillis;
    const rejected = new RejectedSpans();
    if (spans instanceof EncodedSpanBatch) {
      await this.#sendBatch(spans, deadline, rejected);
    } else {
      for (const group of this.#options.group?.(spans) ?? [spans]) {
        await this.#sendSpans(group, deadline, rejected);
      }
    }
    const error = rejected.cause as Error;
    if (rejected.count === 0) return { code: ExportResultCode.SUCCESS };
    if (rejected.count >= spans.length) return { code: ExportResultCode.FAILED, error };
    return { code: ExportResultCode.SUCCESS, rejectedCount: rejected.count, error };
  }

  /** Sends a batch in one request: it is too long only if one span of it is. Never rejects. */
  async #sendBatch(
    batch: EncodedSpanBatch,
    deadline: number,
    rejected: RejectedSpans,
  ): Promise<void> {
    try {
      const encoded = batch.body.finish();
      this.#checkLength(encoded.body);
      await this.#sendEncoded(encoded, batch.length, deadline, rejected);
    } catch (error) {
      rejected.add(batch.length, error);
    }
  }

  /** Sends spans in one request, or in halves if that would be too long. Never rejects. */
  async #sendSpans(
    spans: readonly ReadableSpan[],
    deadline: number,
    rejected: RejectedSpans,
  ): Promise<void> {
    const { encoding, maxRequestBytes = MAX_REQUEST_BYTES } = this.#options;
    try {
      const encoded = await encoding.encode(spans);
      const { length } = encoded.body;
      if (length <= maxRequestBytes || spans.length === 1) {
        this.#checkLength(encoded.body);
        await this.#sendEncoded(encoded, spans.length, deadline, rejected);
        return;
      }
      encoded.release();
      const middle = spans.length >> 1;
      await this.#sendSpans(spans.slice(0, middle), deadline, rejected);
      await this.#sendSpans(spans.slice(middle), deadline, rejected);
    } catch (error) {
      rejected.add(spans.length, error);
    }
  }

  #checkLength({ length }: Buffer): void {
    const { maxRequestBytes = MAX_REQUEST_BYTES } = this.#options;
    if (length <= maxRequestBytes) return;
    throw new Error(`The request would be ${length} bytes long, more than ${maxRequestBytes}`);
  }

  async #sendEncoded(
    encoded: EncodedTraces,
    spanCount: number,
    deadline: number,
    rejected: RejectedSpans,
  ): Promise<void> {
    const { encoding, sender, timeoutMillis, readResponse, diagnostics } = this.#options;
    const { body, skippedCount, skipCause } = encoded;
    if (skippedCount === spanCount) {
      throw new Error(`The spans could not be read: ${String(skipCause)}`);
    }
    if (performance.now() >= deadline) throw new Error(`No time is left of ${timeoutMillis} ms`);
    const response = await sender.send(body, deadline);
    // Not where it failed: a connection that was given up may still read the body.
    encoded.release();
    if (skippedCount > 0) {
      diagnostics.report('Spans could not be read and were not exported', skipCause);
      rejected.add(skippedCount, new Error(`${skippedCount} spans could not be read`));
    }
    const partial = readResponse?.(response, encoding.contentType, diagnostics);
    if (partial === undefined || partial.rejectedSpanCount === 0) return;
    const { rejectedSpanCount, errorMessage } = partial;
    rejected.add(
      // A server that rejects more than it was sent must not reject the spans of other requests.
      Math.min(rejectedSpanCount, spanCount - skippedCount),
      new Error(`${rejectedSpanCount} spans were rejected: ${errorMessage || 'no reason given'}`),
    );
  }
}

/** Spans that are encoded as they end, into the body of one request. */
class EncodedSpanBatch implements SpanBatch {
  /** In spans, under the name that an array of spans has for it. */
  length = 0;

  constructor(
    readonly body: OpenBody,
    private readonly exports: OngoingExports<ReadableSpan[] | EncodedSpanBatch>,
  ) {}

  add(span: ReadableSpan): number {
    this.length++;
    return this.body.add(span);
  }

  seal(): void {
    this.body.seal();
  }

  export(resultCallback: (result: ExportResult) => void): void {
    this.exports.begin(this, resultCallback);
  }
}

/** How many spans of one export were not accepted, and why the first of them was not. */
class RejectedSpans {
  count = 0;
  cause: unknown;

  add(count: number, cause: unknown): void {
    this.count += count;
    this.cause ??= cause;
  }
}
