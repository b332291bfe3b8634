import type { StoredResource } from './origin-table.js';
import type { TraceEntry } from './trace-entry.js';

/** How often the spans that nobody names are looked for. */
const SWEEP_MILLIS = 250;

/** What processes report about spans that have not ended. Times are of the store's clock. */
export class ProcessReports {
  /** When each process has reported last. A process without stored spans is forgotten. */
  readonly #reportedMillis = new WeakMap<StoredResource, number>();
  /** The traces with spans that are running. */
  readonly #running = new Set<TraceEntry>();
  #sweptMillis = -Infinity;

  /** Notes that a process has reported, whatever its report says. */
  note(resource: StoredResource, nowMillis: number): void {
    this.#reportedMillis.set(resource, nowMillis);
  }

  /** Watches a trace for as long as it has running spans. */
  watch(entry: TraceEntry): void {
    this.#running.add(entry);
  }

  forget(entry: TraceEntry): void {
    this.#running.delete(entry);
  }

  /** The running spans of all traces. */
  get runningCount(): number {
    let count = 0;
    for (const entry of this.#running) count += entry.runningCount;
    return count;
  }

  /**
   * The traces in which a span has fallen silent since the last sweep.
   *
   * @param epochMillis the same time by the wall clock
   */
  sweep(nowMillis: number, epochMillis: number): TraceEntry[] {
    if (this.#running.size === 0 || nowMillis - this.#sweptMillis < SWEEP_MILLIS) return [];
    this.#sweptMillis = nowMillis;
    const changed: TraceEntry[] = [];
    for (const entry of this.#running) {
      const reportedMillis = (row: number): number | undefined =>
        this.#reportedMillis.get(entry.originOf(row).resource);
      if (entry.markSilent(nowMillis, epochMillis, reportedMillis)) changed.push(entry);
      if (entry.runningCount === 0) this.#running.delete(entry);
    }
    return changed;
  }
}
