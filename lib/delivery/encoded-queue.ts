import type { ReadableSpan } from '../trace/index.js';
import type { OpenBatch } from './export-batch.js';
import type { ExportQueue } from './export-queue.js';
import type { QueueRefusal } from './span-queue.js';

/** A request of this length goes out although it could take more spans: far below what servers bound. */
const MAX_BATCH_BYTES = 2 * 1024 * 1024;

/**
 * Spans that wait for their export as the bytes that will be sent, the oldest first. A span that is
 * encoded when it ends leaves memory at once; one that waits for seconds is copied by each collection
 * of the young generation until it is old.
 */
export class EncodedQueue implements ExportQueue {
  /** The last of them takes the next span. */
  readonly #batches: OpenBatch[] = [];
  #size = 0;
  #bytes = 0;

  /**
   * @param maxSize in spans, from 1 on
   * @param maxBytes of encoded spans; the last span may go beyond. Infinity for no bound
   * @param maxBatchSize spans of one batch
   */
  constructor(
    private readonly startBatch: () => OpenBatch,
    readonly maxSize: number,
    readonly maxBytes: number,
    private readonly maxBatchSize: number,
  ) {}

  get size(): number {
    return this.#size;
  }

  /** Of all that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  add(span: ReadableSpan): QueueRefusal | undefined {
    if (this.#size >= this.maxSize) return 'queue_full';
    if (this.#bytes >= this.maxBytes) return 'queue_bytes_full';
    let batch = this.#batches[this.#batches.length - 1];
    if (batch === undefined || this.#isFull(batch)) {
      // It waits longer than usual: a full batch is taken before the next span comes.
      batch?.seal();
      batch = this.startBatch();
      this.#batches.push(batch);
    }
    const before = batch.byteCount;
    batch.add(span);
    this.#bytes += batch.byteCount - before;
    this.#size++;
    return undefined;
  }

  takeBatch(): OpenBatch {
    const batch = this.#batches.shift() ?? this.startBatch();
    this.#size -= batch.size;
    this.#bytes -= batch.byteCount;
    return batch;
  }

  #isFull({ size, byteCount }: OpenBatch): boolean {
    return size >= this.maxBatchSize || byteCount >= MAX_BATCH_BYTES;
  }
}
