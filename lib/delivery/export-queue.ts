import type { Diagnostics } from '../diagnostics.js';
import type { Exporter } from '../export/exporter.js';
import type { DeliveredItem, DeliveredSignal } from './delivered-signal.js';
import { ExportBatch } from './export-batch.js';

/** Why a queue does not take an item. */
export type QueueRefusal = 'queue_full' | 'queue_bytes_full';

/** How much may wait, and how much is exported together. All values are checked by then. */
export interface ExportQueueOptions<T> {
  /** What waits: spans or log records. */
  readonly signal: DeliveredSignal<T>;
  /** In items, from 1 on. */
  readonly maxQueueSize: number;
  /** Of the waiting items and those under way, as {@link ExportBatch.byteCount} counts them; Infinity for no bound. */
  readonly maxQueueBytes: number;
  /** In items, from 1 on. */
  readonly maxBatchSize: number;
  readonly diagnostics: Diagnostics;
}

/**
 * The items that wait for one exporter, in the batches that they will be exported in, the oldest
 * first. The last batch takes the next item.
 */
export class ExportQueue<T extends DeliveredItem> {
  // TypeScript's `private`, not `#`: these are read and written for each item.
  private itemCount = 0;
  private byteCount = 0;
  private oldest: ExportBatch<T> | undefined = undefined;
  private latest: ExportBatch<T> | undefined = undefined;

  constructor(
    private readonly exporter: Exporter<T>,
    private readonly options: ExportQueueOptions<T>,
  ) {}

  /** In items. */
  get size(): number {
    return this.itemCount;
  }

  /**
   * Of all waiting items, and of those in batches that were taken and not {@link release}d. Items that are
   * kept as they are count 0 where bytes are not bounded.
   */
  get bytes(): number {
    return this.byteCount;
  }

  /** Whether a batch waits that takes no further item. */
  get hasFullBatch(): boolean {
    const { oldest } = this;
    if (oldest === undefined) return false;
    return oldest !== this.latest || oldest.size >= this.options.maxBatchSize;
  }

  /** Whether the batch that takes the items keeps them, and not their bytes. */
  get keepsItems(): boolean {
    return this.latest?.isEncoded === false;
  }

  /** @returns why the item was not taken; undefined if it was */
  add(item: T): QueueRefusal | undefined {
    const { maxQueueSize, maxQueueBytes, maxBatchSize } = this.options;
    if (this.itemCount >= maxQueueSize) return 'queue_full';
    const roomBytes = maxQueueBytes - this.byteCount;
    if (roomBytes <= 0) return 'queue_bytes_full';
    let batch = this.latest;
    if (batch === undefined || batch.size >= maxBatchSize) batch = this.append();
    let byteCount = batch.byteCount;
    let refusal = batch.add(item, roomBytes);
    if (refusal === 'batch_full') {
      batch = this.append();
      byteCount = 0;
      refusal = batch.add(item, roomBytes);
    }
    if (refusal !== undefined) return 'queue_bytes_full';
    this.byteCount += batch.byteCount - byteCount;
    this.itemCount++;
    return undefined;
  }

  /** Takes the oldest batch out; an empty one where nothing waits. Its bytes count until {@link release}. */
  takeBatch(): ExportBatch<T> {
    const batch = this.oldest ?? this.append();
    this.oldest = batch.next;
    batch.next = undefined;
    if (this.oldest === undefined) this.latest = undefined;
    this.itemCount -= batch.size;
    return batch;
  }

  /** Gives the bytes of a batch that was taken to further items. Called once, when its export is over. */
  release(batch: ExportBatch<T>): void {
    this.byteCount -= batch.byteCount;
  }

  /** Drops all waiting items. @returns how many */
  clear(): number {
    const count = this.itemCount;
    while (this.itemCount > 0) this.release(this.takeBatch());
    return count;
  }

  private append(): ExportBatch<T> {
    const { signal, maxBatchSize, diagnostics } = this.options;
    const batch = new ExportBatch(this.exporter, signal, diagnostics, maxBatchSize);
    const { latest } = this;
    if (latest === undefined) {
      this.oldest = batch;
    } else {
      // It waits longer than usual: mostly a full batch is taken before the next item comes.
      latest.seal();
      latest.next = batch;
    }
    this.latest = batch;
    return batch;
  }
}
