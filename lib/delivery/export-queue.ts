import type { Diagnostics } from '../diagnostics.js';
import type { SpanExporter } from '../export/span-exporter.js';
import type { ReadableSpan } from '../trace/index.js';
import { ExportBatch } from './export-batch.js';

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

/** An encoded batch of this length takes no more spans: far below what servers accept. */
const MAX_ENCODED_BYTES = 2 * 1024 * 1024;

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

  /** @returns why the span was not taken; undefined if it was */
  add(span: ReadableSpan): QueueRefusal | undefined {
    const { maxQueueSize, maxQueueBytes } = this.options;
    if (this.spanCount >= maxQueueSize) return 'queue_full';
    const roomBytes = maxQueueBytes - this.byteCount;
    if (roomBytes <= 0) return 'queue_bytes_full';
    let batch = this.latest;
    if (batch === undefined || this.isFull(batch)) batch = this.append();
    const before = batch.byteCount;
    if (!batch.add(span, roomBytes)) return 'queue_bytes_full';
    this.byteCount += batch.byteCount - before;
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

  private isFull(batch: ExportBatch): boolean {
    return (
      batch.size >= this.options.maxBatchSize ||
      (batch.byteCount >= MAX_ENCODED_BYTES && batch.isEncoded)
    );
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
