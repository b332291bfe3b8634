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

type SpanResource = ReadableSpan['resource'];

/** V8 makes a slow dictionary of an array that begins with tens of thousands of elements. */
const MAX_INITIAL_CAPACITY = 1024;

/**
 * Spans that are exported together. Where the exporter opens batches, a span is encoded when it is
 * added and only its bytes are kept; elsewhere the batch keeps the spans. It counts its spans itself,
 * so the counts hold whatever the exporter throws or returns.
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
   * What must settle before the export, because resources of OpenTelemetry detect some attributes
   * asynchronously; undefined where every resource is complete.
   */
  get pending(): Promise<void>[] | undefined {
    let pending: Promise<void>[] | undefined;
    for (const resource of this.pendingResources ?? []) {
      if (resource.asyncAttributesPending !== true) continue;
      pending ??= [];
      pending.push(Promise.resolve(resource.waitForAsyncAttributes?.()));
    }
    return pending;
  }

  /** Called once. As `SpanExporter.export`: may call back twice or never, or throw instead. */
  export(resultCallback: (result: ExportResult) => void): unknown {
    const { encoded, spans, size } = this;
    if (encoded === undefined) {
      spans.length = size;
      return this.exporter.export(spans, resultCallback);
    }
    if (this.unencodedCount < size) return encoded.export(resultCallback);
    resultCallback({ code: ExportResultCode.FAILED });
    return undefined;
  }

  /** How many of its spans were not delivered, whatever the exporter called back with. */
  undeliveredCountOf(result: ExportResult | undefined): number {
    const { unencodedCount } = this;
    return unencodedCount + rejectedCountOf(result, this.size - unencodedCount);
  }

  /** Why spans were not delivered; undefined where the exporter gave no reason. */
  errorOf(result: ExportResult | undefined): unknown {
    return result?.error ?? this.encodingError;
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
