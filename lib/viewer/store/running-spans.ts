import { RowFlag } from '../analysis/trace-columns.js';

/** A running span that its process has not named for this time is no longer taken for running. */
export const SILENT_AFTER_MILLIS = 5_000;
/** The memory of a span beside its row. */
const SPAN_BYTES = 120;

/** Says why nothing is heard of a span; 0 while it is heard of. */
export type Silence = 0 | typeof RowFlag.PROCESS_GONE | typeof RowFlag.END_LOST;

/** A span of which nothing is heard any more. */
export interface SilentSpan {
  readonly row: number;
  readonly silence: Silence;
  readonly heardMillis: number;
}

interface RunningSpan {
  heardMillis: number;
  silence: Silence;
}

/** The spans of one trace whose end has not arrived, by row. Times are of the store's clock. */
export class RunningSpans {
  readonly #spans = new Map<number, RunningSpan>();
  #silentCount = 0;

  /** The spans that their processes name. */
  get runningCount(): number {
    return this.#spans.size - this.#silentCount;
  }

  /** The spans of which nothing is heard any more. */
  get silentCount(): number {
    return this.#silentCount;
  }

  get byteCount(): number {
    return this.#spans.size * SPAN_BYTES;
  }

  /** When a process named one of the spans last; -Infinity without spans. */
  get lastHeardMillis(): number {
    let last = -Infinity;
    for (const { heardMillis } of this.#spans.values()) last = Math.max(last, heardMillis);
    return last;
  }

  has(row: number): boolean {
    return this.#spans.has(row);
  }

  /** Notes that the process of a span names it. @returns false if the span was running already */
  hear(row: number, nowMillis: number): boolean {
    const span = this.#spans.get(row);
    if (span === undefined) {
      this.#spans.set(row, { heardMillis: nowMillis, silence: 0 });
      return true;
    }
    span.heardMillis = nowMillis;
    if (span.silence === 0) return false;
    span.silence = 0;
    this.#silentCount--;
    return true;
  }

  /** Notes that the end of a span has arrived. */
  end(row: number): void {
    const span = this.#spans.get(row);
    if (span === undefined) return;
    if (span.silence !== 0) this.#silentCount--;
    this.#spans.delete(row);
  }

  /**
   * Finds the spans that nobody has named for some time. A process that has reported since then has the span no
   * longer: it has ended, and its end got lost. A process that has not reported has gone.
   *
   * @param reportedMillis when the process of a row reported last; undefined if it never has
   * @returns the rows that fell silent, with the reason
   */
  fallenSilent(
    nowMillis: number,
    reportedMillis: (row: number) => number | undefined,
  ): SilentSpan[] {
    const fallen: SilentSpan[] = [];
    for (const [row, span] of this.#spans) {
      if (span.silence !== 0 || nowMillis - span.heardMillis < SILENT_AFTER_MILLIS) continue;
      const hasReported = (reportedMillis(row) ?? -Infinity) > span.heardMillis;
      span.silence = hasReported ? RowFlag.END_LOST : RowFlag.PROCESS_GONE;
      this.#silentCount++;
      fallen.push({ row, ...span });
    }
    return fallen;
  }
}
