import { contextStorage } from '../context/index.js';
import type { Diagnostics } from '../diagnostics.js';
import {
  type ExportControl,
  type ExportResult,
  ExportResultCode,
  type PartialExportResult,
  type SpanBatch,
  type SpanExporter,
} from '../export/span-exporter.js';
import type { ReadableSpan } from '../trace/index.js';
import { estimateSpanBytes } from './span-size.js';

/** Why a queue does not take a span. */
export type QueueRefusal = 'queue_full' | 'queue_bytes_full';

/** How much may wait, and how much is exported together. All values are checked by then. */
export interface ExportQueueOptions {
  /** In spans, from 1 on. */
  readonly maxQueueSize: number;
  /** As {@link ExportBatch.byteCount} counts them; Infinity for no bound. */
  readonly maxQueueBytes: number;
  /** In spans, from 1 on. */
  readonly maxBatchSize: number;
  readonly diagnostics: Diagnostics;
}

/** The outcome of one export. */
export interface ExportOutcome {
  readonly deliveredCount: number;
  readonly undeliveredCount: number;
  /** Why spans were not delivered; undefined where the exporter gave no reason. */
  readonly error: unknown;
}

/**
 * The spans that wait for one exporter, in the batches that they will be exported in, the oldest
 * first. The last batch takes the next span.
 */
export class ExportQueue {
  // TypeScript's `private`, not `#`: these are read and written for each span.
  private spanCount = 0;
  private byteCount = 0;
  private oldest: ExportBatch | undefined = undefined;
  private latest: ExportBatch | undefined = undefined;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly options: ExportQueueOptions,
  ) {}

  /** In spans. */
  get size(): number {
    return this.spanCount;
  }

  /** Of all waiting spans; spans that are kept as they are count 0 where bytes are not bounded. */
  get bytes(): number {
    return this.byteCount;
  }

  /** Whether the batch that takes the spans keeps them, and not their bytes. */
  get keepsSpans(): boolean {
    return this.latest?.isEncoded === false;
  }

  /** @returns why the span was not taken; undefined if it was */
  add(span: ReadableSpan): QueueRefusal | undefined {
    const { maxQueueSize, maxQueueBytes, maxBatchSize } = this.options;
    if (this.spanCount >= maxQueueSize) return 'queue_full';
    const roomBytes = maxQueueBytes - this.byteCount;
    if (roomBytes <= 0) return 'queue_bytes_full';
    let batch = this.latest;
    if (batch === undefined || batch.size >= maxBatchSize) batch = this.append();
    let byteCount = batch.byteCount;
    let refusal = batch.add(span, roomBytes);
    if (refusal === 'batch_full') {
      batch = this.append();
      byteCount = 0;
      refusal = batch.add(span, roomBytes);
    }
    if (refusal !== undefined) return 'queue_bytes_full';
    this.byteCount += batch.byteCount - byteCount;
    this.spanCount++;
    return undefined;
  }

  /** Takes the oldest batch out; an empty one where nothing waits. */
  takeBatch(): ExportBatch {
    const batch = this.oldest ?? this.append();
    this.oldest = batch.next;
    batch.next = undefined;
    if (this.oldest === undefined) this.latest = undefined;
    this.spanCount -= batch.size;
    this.byteCount -= batch.byteCount;
    return batch;
  }

  private append(): ExportBatch {
    const { maxBatchSize, diagnostics } = this.options;
    const batch = new ExportBatch(this.exporter, diagnostics, maxBatchSize);
    const { latest } = this;
    if (latest === undefined) {
      this.oldest = batch;
    } else {
      // It waits longer than usual: mostly a full batch is taken before the next span ends.
      latest.seal();
      latest.next = batch;
    }
    this.latest = batch;
    return batch;
  }
}

type SpanResource = ReadableSpan['resource'];

/** V8 makes a slow dictionary of an array that begins with tens of thousands of elements. */
const MAX_INITIAL_CAPACITY = 1024;

/**
 * Spans that are exported together. Where the exporter opens batches, a span is encoded when it is
 * added and only its bytes are kept; elsewhere the batch keeps the spans.
 *
 * The batch counts its spans itself, and its export has exactly one outcome, also if the exporter throws,
 * rejects, returns an invalid value, or calls back twice, with an invalid value or never.
 */
export class ExportBatch {
  /** The batch behind this one in the queue. */
  next: ExportBatch | undefined = undefined;
  /** In spans, those that the exporter failed to encode included. */
  size = 0;
  /** Bytes of the encoded spans, or the estimate for spans that are kept. */
  byteCount = 0;

  // TypeScript's `private`, not `#`: these are read for each span.
  private readonly encoded: SpanBatch | undefined;
  private readonly spans: ReadableSpan[];
  /** Of the span before. */
  private resource: SpanResource | undefined = undefined;
  private pendingResources: Set<SpanResource> | undefined = undefined;
  private unencodedCount = 0;
  private encodingError: unknown = undefined;

  private onSettled: ((outcome: ExportOutcome) => void) | undefined = undefined;
  private onRetry: ((error: Error) => void) | undefined = undefined;
  private controller: AbortController | undefined = undefined;
  private timer: NodeJS.Timeout | undefined = undefined;
  private hasCalledBack = false;

  /** @param capacity in spans; more can be added */
  constructor(
    private readonly exporter: SpanExporter,
    private readonly diagnostics: Diagnostics,
    capacity: number,
  ) {
    this.encoded = openBatch(exporter, diagnostics);
    this.spans = new Array(this.isEncoded ? 0 : Math.min(capacity, MAX_INITIAL_CAPACITY));
  }

  /** True where spans are encoded as they are added. */
  get isEncoded(): boolean {
    return this.encoded !== undefined;
  }

  /**
   * Adds a span.
   *
   * @param roomBytes bytes that may be added, above 0, or Infinity for no bound. An encoded span may
   *   exceed it, because its length is known afterwards only
   * @returns why the span was not added: it exceeds `roomBytes`, or the exporter wants it in the next
   *   batch, which never happens to the first span; undefined if it was added
   */
  add(span: ReadableSpan, roomBytes: number): 'no_room' | 'batch_full' | undefined {
    if (this.encoded !== undefined) {
      const bytes = this.encode(this.encoded, span);
      if (bytes === 'full') return 'batch_full';
      this.byteCount += bytes;
    } else {
      if (roomBytes !== Number.POSITIVE_INFINITY) {
        const bytes = estimateSpanBytes(span);
        if (bytes > roomBytes) return 'no_room';
        this.byteCount += bytes;
      }
      this.spans[this.size] = span;
    }
    this.size++;
    const { resource } = span;
    if (resource !== this.resource) this.noteResource(resource);
    return undefined;
  }

  /** Releases the memory that only further spans need. Called when none follows and the batch waits. Never throws. */
  seal(): void {
    const { encoded, diagnostics } = this;
    const trouble = 'A span exporter failed to seal a batch; it is exported all the same';
    try {
      const returned: unknown = encoded?.seal?.();
      if (returned !== undefined) reportRejection(returned, trouble, diagnostics);
    } catch (error) {
      diagnostics.report(trouble, error);
    }
  }

  /**
   * Exports the spans, with tracing suppressed, when their resources are complete. Called once, and
   * never throws.
   *
   * @param timeoutMillis after which the export is given up
   * @param onSettled called once, maybe before this returns; must not throw
   * @param onRetry called when the exporter tries again; must not throw
   */
  deliver(
    timeoutMillis: number,
    onSettled: (outcome: ExportOutcome) => void,
    onRetry: (error: Error) => void,
  ): void {
    this.onSettled = onSettled;
    this.onRetry = onRetry;
    try {
      const pending = this.pendingAttributes();
      if (pending === undefined) this.export();
      else void Promise.allSettled(pending).then(() => this.isSettled || this.export());
    } catch (error) {
      this.fail(error);
    }
    if (this.isSettled) return;
    this.timer = setTimeout(
      () => this.giveUp(new Error(`the exporter did not call back within ${timeoutMillis} ms`)),
      timeoutMillis,
    );
    this.timer.unref();
  }

  /**
   * Ends the export now, unless it has its outcome. An exporter that heeds the signal calls back with what
   * made its last try fail; otherwise the spans count as failed with `error`, and a later result is ignored.
   */
  giveUp(error: Error): void {
    const { controller } = this;
    if (this.isSettled || controller?.signal.aborted === true) return;
    clearTimeout(this.timer);
    if (controller === undefined) {
      this.fail(error);
      return;
    }
    controller.abort(error);
    // An exporter that heeds the signal calls back before the event loop turns.
    if (!this.isSettled) setImmediate(() => this.fail(error));
  }

  /** Counts all spans as failed, unless the export has its outcome. */
  private fail(error: unknown): void {
    this.settle(this.size, error);
  }

  private get isSettled(): boolean {
    return this.onSettled === undefined;
  }

  /** @returns the bytes of the span; `full` if it belongs into the next batch */
  private encode(encoded: SpanBatch, span: ReadableSpan): number | 'full' {
    try {
      const bytes = encoded.add(span);
      if (bytes === 'full') {
        if (this.size > 0) return 'full';
        throw new Error('The batch did not take its first span');
      }
      if (bytes >= 0 && Number.isFinite(bytes)) return bytes;
      const trouble =
        'A span exporter returned an invalid length of an encoded span; the length is estimated';
      this.diagnostics.report(trouble, bytes);
      reportRejection(bytes, trouble, this.diagnostics);
      return estimateSpanBytes(span);
    } catch (error) {
      if (this.unencodedCount++ === 0) this.encodingError = error;
      this.diagnostics.report(
        'A span exporter threw when it encoded a span; the span is counted as failed',
        error,
      );
      return 0;
    }
  }

  private noteResource(resource: SpanResource): void {
    this.resource = resource;
    if (resource?.asyncAttributesPending !== true) return;
    this.pendingResources ??= new Set();
    this.pendingResources.add(resource);
  }

  /** Resources of OpenTelemetry detect some attributes asynchronously. @returns undefined for none */
  private pendingAttributes(): Promise<void>[] | undefined {
    let pending: Promise<void>[] | undefined;
    for (const resource of this.pendingResources ?? []) {
      if (resource.asyncAttributesPending !== true) continue;
      pending ??= [];
      pending.push(Promise.resolve(resource.waitForAsyncAttributes?.()));
    }
    return pending;
  }

  private export(): void {
    const controller = new AbortController();
    this.controller = controller;
    const control: ExportControl = {
      signal: controller.signal,
      onRetry: (error) => {
        if (!this.isSettled) this.onRetry?.(error);
      },
    };
    try {
      const returned: unknown = contextStorage.runSuppressed(() =>
        this.callExporter((result) => this.calledBack(result), control),
      );
      if (isThenable(returned)) returned.then(undefined, (error) => this.fail(error));
    } catch (error) {
      this.fail(error);
    }
  }

  private callExporter(
    resultCallback: (result: ExportResult) => void,
    control: ExportControl,
  ): unknown {
    const { encoded, spans, size } = this;
    if (encoded === undefined) {
      spans.length = size;
      return this.exporter.export(spans, resultCallback, control);
    }
    if (this.unencodedCount < size) return encoded.export(resultCallback, control);
    this.fail(this.encodingError);
    return undefined;
  }

  private calledBack(result: ExportResult | undefined): void {
    if (this.hasCalledBack) {
      this.diagnostics.report('A span exporter called back more than once for one export');
      return;
    }
    this.hasCalledBack = true;
    const { unencodedCount } = this;
    const rejectedCount = rejectedCountOf(result, this.size - unencodedCount);
    this.settle(unencodedCount + rejectedCount, result?.error ?? this.encodingError);
  }

  private settle(undeliveredCount: number, error: unknown): void {
    const { onSettled } = this;
    if (onSettled === undefined) return;
    this.onSettled = undefined;
    clearTimeout(this.timer);
    onSettled({ deliveredCount: this.size - undeliveredCount, undeliveredCount, error });
  }
}

function openBatch(exporter: SpanExporter, diagnostics: Diagnostics): SpanBatch | undefined {
  const trouble = 'A span exporter failed to open a batch; its spans are exported unencoded';
  try {
    const batch: unknown = exporter.openBatch?.();
    if (batch === undefined || isSpanBatch(batch)) return batch;
    diagnostics.report(trouble, 'what it returned lacks the methods add and export');
    reportRejection(batch, trouble, diagnostics);
  } catch (error) {
    diagnostics.report(trouble, error);
  }
  return undefined;
}

function isSpanBatch(batch: unknown): batch is SpanBatch {
  const { add, export: exportSpans } = (batch ?? {}) as Partial<SpanBatch>;
  return typeof add === 'function' && typeof exportSpans === 'function';
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
}

/** For a method that is asynchronous by mistake: its rejection would end the process. */
function reportRejection(returned: unknown, trouble: string, diagnostics: Diagnostics): void {
  Promise.resolve(returned).catch((error: unknown) => diagnostics.report(trouble, error));
}

/**
 * How many of `spanCount` spans were not delivered: all, where the result is no success, and never more
 * than there were.
 */
function rejectedCountOf(result: ExportResult | undefined, spanCount: number): number {
  if (result?.code !== ExportResultCode.SUCCESS) return spanCount;
  const { rejectedCount } = result as PartialExportResult;
  if (typeof rejectedCount !== 'number' || !(rejectedCount > 0)) return 0;
  return Math.min(Math.floor(rejectedCount), spanCount);
}
