import { performance } from 'node:perf_hooks';
import { type OpenBatch, pendingOf } from '../delivery/export-batch.js';
import type { Diagnostics } from '../diagnostics.js';
import { checkCount } from '../option-checks.js';
import type { ReadableSpan } from '../trace/index.js';
import { OngoingExports } from './ongoing-exports.js';
import type { PartialSuccess } from './otlp/response.js';
import type { PartialExportResult } from './partial-result.js';
import { type ExportResult, ExportResultCode, type SpanExporter } from './span-exporter.js';
import type { EncodedTraces, TraceBatch, TraceEncoding } from './trace-encoding.js';

/** The way to one server. */
export interface SpanSender {
  /**
   * Sends a body, again where the protocol lets it. Called with tracing suppressed; calls may overlap.
   *
   * @param deadline when to give up, by `performance.now()`
   * @throws Error by rejection, with what the server said about it as far as it did
   */
  send(body: Buffer, deadline: number): Promise<ServerAnswer>;
  /** Closes all connections. A request under way has a second left, but is not sent again. */
  close(): Promise<void>;
}

/** What a server answered that took a body. */
export interface ServerAnswer {
  readonly body: Buffer;
  readonly contentType: string | undefined;
}

/** In what an exporter differs from the others. All values but the limit are checked by then. */
export interface RemoteExportPlan {
  /** Whose plan it is, for messages: `OtlpSpanExporter`. */
  readonly owner: string;
  readonly encoding: TraceEncoding;
  readonly sender: SpanSender;
  /** For one export: all its requests, all tries, and the waits between them. */
  readonly timeoutMillis: number;
  readonly concurrencyLimit: number | undefined;
  readonly diagnostics: Diagnostics;
  /** Which spans may stand in a request together. @default all */
  readonly group?: (spans: readonly ReadableSpan[]) => Iterable<readonly ReadableSpan[]>;
  /** What a server says that took a request, but maybe not all of it. @default that it took all */
  readonly readAnswer?: (
    answer: ServerAnswer,
    requestContentType: string,
    diagnostics: Diagnostics,
  ) => PartialSuccess | undefined;
  /** Before compression. @default 67108864, OTLP's bound, which is wide for the others */
  readonly maxRequestBytes?: number;
}

const MAX_REQUEST_BYTES = 64 * 1024 * 1024;

/**
 * An exporter that encodes spans and sends them to a server. What would be too long for one request
 * goes out in halves; each export calls back once, with how many of its spans were not taken.
 */
export class RemoteSpanExporter implements SpanExporter {
  readonly #plan: RemoteExportPlan;
  readonly #exports: OngoingExports<ReadableSpan[] | RemoteBatch>;

  /** @throws TracingConfigError for a `concurrencyLimit` outside its range */
  constructor(plan: RemoteExportPlan) {
    const { owner, concurrencyLimit, diagnostics } = plan;
    this.#plan = plan;
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
   * Begins a batch that encodes its spans as they come, and is exported like others; undefined where
   * the encoding needs all spans at once, or a subclass wants to see them first.
   */
  get startBatch(): (() => OpenBatch) | undefined {
    const { encoding, group } = this.#plan;
    const isOverridden = this.export !== RemoteSpanExporter.prototype.export;
    if (encoding.startBatch === undefined || group !== undefined || isOverridden) return undefined;
    return () =>
      new RemoteBatch(encoding.startBatch?.() as TraceBatch, (batch, resultCallback) =>
        this.#exports.begin(batch, resultCallback),
      );
  }

  forceFlush(): Promise<void> {
    return this.#exports.settle();
  }

  /** An export under way has a second left, but is not tried again. */
  async shutdown(): Promise<void> {
    this.#exports.refuseMore();
    await this.#plan.sender.close();
    await this.#exports.settle();
  }

  async #deliver(spans: ReadableSpan[] | RemoteBatch): Promise<PartialExportResult> {
    const deadline = performance.now() + this.#plan.timeoutMillis;
    const losses = new Losses();
    if (spans instanceof RemoteBatch) {
      await this.#sendBatch(spans, deadline, losses);
    } else {
      for (const group of this.#plan.group?.(spans) ?? [spans]) {
        await this.#send(group, deadline, losses);
      }
    }
    const error = losses.cause as Error;
    if (losses.count === 0) return { code: ExportResultCode.SUCCESS };
    if (losses.count >= spans.length) return { code: ExportResultCode.FAILED, error };
    return { code: ExportResultCode.SUCCESS, rejectedCount: losses.count, error };
  }

  /** Sends what is encoded already. Such a batch is too long only if one span of it is. Never rejects. */
  async #sendBatch(batch: RemoteBatch, deadline: number, losses: Losses): Promise<void> {
    try {
      const encoded = batch.finish();
      this.#checkLength(encoded.body);
      await this.#sendEncoded(encoded, batch.length, deadline, losses);
    } catch (error) {
      losses.add(batch.length, error);
    }
  }

  /** Sends spans in one request, or in halves if that would be too long. Never rejects. */
  async #send(spans: readonly ReadableSpan[], deadline: number, losses: Losses): Promise<void> {
    const { encoding, maxRequestBytes = MAX_REQUEST_BYTES } = this.#plan;
    try {
      const encoded = await encoding.encode(spans);
      const { length } = encoded.body;
      if (length <= maxRequestBytes || spans.length === 1) {
        this.#checkLength(encoded.body);
        await this.#sendEncoded(encoded, spans.length, deadline, losses);
        return;
      }
      encoded.release();
      const middle = spans.length >> 1;
      await this.#send(spans.slice(0, middle), deadline, losses);
      await this.#send(spans.slice(middle), deadline, losses);
    } catch (error) {
      losses.add(spans.length, error);
    }
  }

  #checkLength({ length }: Buffer): void {
    const { maxRequestBytes = MAX_REQUEST_BYTES } = this.#plan;
    if (length <= maxRequestBytes) return;
    throw new Error(`The request would be ${length} bytes long, more than ${maxRequestBytes}`);
  }

  async #sendEncoded(
    encoded: EncodedTraces,
    spanCount: number,
    deadline: number,
    losses: Losses,
  ): Promise<void> {
    const { encoding, sender, timeoutMillis, readAnswer, diagnostics } = this.#plan;
    const { body, skippedCount, skipCause } = encoded;
    if (skippedCount === spanCount) {
      throw new Error(`The spans could not be read: ${String(skipCause)}`);
    }
    if (performance.now() >= deadline) throw new Error(`No time is left of ${timeoutMillis} ms`);
    const answer = await sender.send(body, deadline);
    // Only now: what is given up may still be read by the connection it was given to.
    encoded.release();
    if (skippedCount > 0) {
      diagnostics.report('Spans could not be read and were not exported', skipCause);
      losses.add(skippedCount, new Error(`${skippedCount} spans could not be read`));
    }
    const partial = readAnswer?.(answer, encoding.contentType, diagnostics);
    if (partial === undefined || partial.rejectedSpanCount === 0) return;
    const { rejectedSpanCount, errorMessage } = partial;
    losses.add(
      // A server that rejects more than it was sent must not take from other requests.
      Math.min(rejectedSpanCount, spanCount - skippedCount),
      new Error(`${rejectedSpanCount} spans were rejected: ${errorMessage || 'no reason given'}`),
    );
  }
}

/** Spans on their way to the server, encoded as they came. */
class RemoteBatch implements OpenBatch {
  /** How many spans, as lists say it. */
  length = 0;
  byteCount = 0;

  constructor(
    private readonly encoded: TraceBatch,
    private readonly begin: (
      batch: RemoteBatch,
      resultCallback: (result: ExportResult) => void,
    ) => void,
  ) {}

  get size(): number {
    return this.length;
  }

  get pending(): Promise<void>[] | undefined {
    return pendingOf(this.encoded.resources);
  }

  add(span: ReadableSpan): void {
    this.byteCount += this.encoded.add(span);
    this.length++;
  }

  seal(): void {
    this.encoded.seal();
  }

  export(resultCallback: (result: ExportResult) => void): void {
    this.begin(this, resultCallback);
  }

  finish(): EncodedTraces {
    return this.encoded.finish();
  }
}

/** What was not delivered of one export, and why the first of it was not. */
class Losses {
  count = 0;
  cause: unknown;

  add(count: number, cause: unknown): void {
    this.count += count;
    this.cause ??= cause;
  }
}
