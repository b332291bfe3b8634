import type { DeliveredItem } from './delivered-signal.js';
import type { ExportBatch } from './export-batch.js';

/**
 * The exports of one pipeline that are under way, and whether a further one may begin.
 *
 * The first export is alone. Each one that delivers something lets one more be under way, up to the maximum.
 * A failure, or an export that is tried again, takes that back: so a destination that does not answer gets
 * one request at a time, and one that answers again is not flooded.
 */
export class ExportsUnderWay<T extends DeliveredItem> {
  /** In the order of their beginnings, each with the number of items that were taken from the queue before. */
  readonly #starts = new Map<ExportBatch<T>, number>();
  readonly #retried = new Set<ExportBatch<T>>();
  #limit = 1;

  /** @param maxCount exports that may be under way at once, from 1 on */
  constructor(private readonly maxCount: number) {}

  /** Items in all of them. */
  get itemCount(): number {
    let count = 0;
    for (const batch of this.#starts.keys()) count += batch.size;
    return count;
  }

  /** Whether a further export may begin now. */
  get hasRoom(): boolean {
    const { size } = this.#starts;
    return size === 0 || (size < this.#limit && this.#retried.size === 0);
  }

  /** How many items were taken before the oldest export under way; undefined where none is under way. */
  get oldestStart(): number | undefined {
    return this.#starts.values().next().value;
  }

  /** @param start how many items were taken from the queue before this batch */
  begin(batch: ExportBatch<T>, start: number): void {
    this.#starts.set(batch, start);
  }

  /** Notes that an export is tried again. */
  retries(batch: ExportBatch<T>): void {
    this.#retried.add(batch);
    this.#limit = 1;
  }

  end(batch: ExportBatch<T>, hasDelivered: boolean): void {
    this.#starts.delete(batch);
    this.#retried.delete(batch);
    this.#limit = hasDelivered ? Math.min(this.#limit + 1, this.maxCount) : 1;
  }

  /** Ends all exports under way. */
  giveUp(error: Error): void {
    for (const batch of this.#starts.keys()) batch.giveUp(error);
  }
}
