import type { ReadableSpan } from '../trace/index.js';
import { estimateSpanBytes } from './span-size.js';

/** Why a queue does not take a span. */
export type QueueRefusal = 'queue_full' | 'queue_bytes_full';

/**
 * Ended spans that wait for their export, the oldest first: a ring that is allocated once, so that
 * adding a span allocates nothing.
 */
export class SpanQueue {
  readonly #spans: (ReadableSpan | undefined)[];
  /** What each span was estimated at; undefined where bytes are not bounded. */
  readonly #spanBytes: Float64Array | undefined;
  #first = 0;
  #size = 0;
  #bytes = 0;

  /**
   * @param maxSize in spans, from 1 on
   * @param maxBytes as {@link estimateSpanBytes} counts them; Infinity for no bound
   */
  constructor(
    readonly maxSize: number,
    readonly maxBytes: number,
  ) {
    this.#spans = new Array<ReadableSpan | undefined>(maxSize).fill(undefined);
    this.#spanBytes = maxBytes === Number.POSITIVE_INFINITY ? undefined : new Float64Array(maxSize);
  }

  get size(): number {
    return this.#size;
  }

  /** The bytes of all waiting spans, as estimated; 0 where they are not bounded. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @returns why the span was not taken; undefined if it was */
  add(span: ReadableSpan): QueueRefusal | undefined {
    const size = this.#size;
    if (size === this.maxSize) return 'queue_full';
    let index = this.#first + size;
    if (index >= this.maxSize) index -= this.maxSize;
    const spanBytes = this.#spanBytes;
    if (spanBytes !== undefined) {
      const bytes = estimateSpanBytes(span);
      if (this.#bytes + bytes > this.maxBytes) return 'queue_bytes_full';
      this.#bytes += bytes;
      spanBytes[index] = bytes;
    }
    this.#spans[index] = span;
    this.#size = size + 1;
    return undefined;
  }

  /** Takes the oldest spans out, `maxCount` at most. */
  take(maxCount: number): ReadableSpan[] {
    const count = Math.min(maxCount, this.#size);
    const taken = new Array<ReadableSpan>(count);
    let index = this.#first;
    for (let i = 0; i < count; i++) {
      taken[i] = this.#spans[index] as ReadableSpan;
      this.#spans[index] = undefined;
      if (this.#spanBytes !== undefined) this.#bytes -= this.#spanBytes[index] as number;
      if (++index === this.maxSize) index = 0;
    }
    this.#first = index;
    this.#size -= count;
    return taken;
  }
}
