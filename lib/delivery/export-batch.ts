import { contextStorage } from '../context/index.js';
import type { Diagnostics } from '../diagnostics.js';
import {
  type ExportResult,
  ExportResultCode,
  type PartialExportResult,
  type SpanBatch,
  type SpanExporter,
} from '../export/span-exporter.js';
import type { ReadableSpan } from '../trace/index.js';
import { estimateSpanBytes } from './span-size.js';

/** The outcome of one export. */
export interface ExportOutcome {
  readonly deliveredCount: number;
  readonly undeliveredCount: number;
  /** Why spans were not delivered; undefined where the exporter gave no reason. */
  readonly error: unknown;
}

type SpanResource = ReadableSpan['resource'];

/** V8 makes a slow dictionary of an array that begins with tens of thousands of elements. */
const MAX_INITIAL_CAPACITY = 1024;

/**
 * Spans that are exported together. Where the exporter opens batches, a span is encoded when it is
 * added and only its bytes are kept; elsewhere the batch keeps the spans.
 *
 * The batch counts its spans itself and its export has exactly one outcome, whatever the exporter does:
 * it may throw, reject, return nonsense, or call back twice, with nonsense or never.
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
   * @returns false where the span did not fit and was not added
   */
  add(span: ReadableSpan, roomBytes: number): boolean {
    if (this.encoded !== undefined) {
      this.byteCount += this.encode(this.encoded, span);
    } else {
      if (roomBytes !== Number.POSITIVE_INFINITY) {
        const bytes = estimateSpanBytes(span);
        if (bytes > roomBytes) return false;
        this.byteCount += bytes;
      }
      this.spans[this.size] = span;
    }
    this.size++;
    const { resource } = span;
    if (resource !== this.resource) this.noteResource(resource);
    return true;
  }

  /** Releases what only further spans would need: none follows, and the batch waits. Never throws. */
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
   * @param timeoutMillis after which the export counts as failed
   * @param onSettled called once, maybe before this returns; must not throw
   */
  deliver(timeoutMillis: number, onSettled: (outcome: ExportOutcome) => void): void {
    this.onSettled = onSettled;
    try {
      const pending = this.pendingAttributes();
      if (pending === undefined) this.export();
      else void Promise.allSettled(pending).then(() => this.isSettled || this.export());
    } catch (error) {
      this.giveUp(error);
    }
    if (this.isSettled) return;
    this.timer = setTimeout(
      () => this.giveUp(new Error(`no answer of the exporter within ${timeoutMillis} ms`)),
      timeoutMillis,
    );
    this.timer.unref();
  }

  /** Counts the spans as failed unless the export has its outcome, and ignores a later result. */
  giveUp(error: unknown): void {
    this.settle(this.size, error);
  }

  private get isSettled(): boolean {
    return this.onSettled === undefined;
  }

  private encode(encoded: SpanBatch, span: ReadableSpan): number {
    try {
      const bytes = encoded.add(span);
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
    try {
      const returned: unknown = contextStorage.runSuppressed(() =>
        this.callExporter((result) => this.calledBack(result)),
      );
      if (isThenable(returned)) returned.then(undefined, (error) => this.giveUp(error));
    } catch (error) {
      this.giveUp(error);
    }
  }

  private callExporter(resultCallback: (result: ExportResult) => void): unknown {
    const { encoded, spans, size } = this;
    if (encoded === undefined) {
      spans.length = size;
      return this.exporter.export(spans, resultCallback);
    }
    if (this.unencodedCount < size) return encoded.export(resultCallback);
    this.giveUp(this.encodingError);
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
