import type { TraceRecord } from './trace-record.js';

/** How many spans may wait for the end of their traces, and how long. */
export interface TraceBufferLimits {
  readonly maxSpanCount: number;
  readonly maxAgeMillis: number;
}

/** Spans that belong together. */
export interface CollectedTrace {
  readonly records: readonly TraceRecord[];
  /** True when the span that began the work in this process is not among them. */
  readonly isPartial: boolean;
}

interface PendingTrace {
  readonly records: TraceRecord[];
  readonly sinceMillis: number;
}

/**
 * Holds spans back until the span that began the work in this process has come, which ends last.
 * What waits too long, or is too much, is given out as partial, the oldest first.
 */
export class TraceBuffer {
  readonly #pending = new Map<string, PendingTrace>();
  #spanCount = 0;

  constructor(private readonly limits: TraceBufferLimits) {}

  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  /** @param nowMillis of a clock that does not run backwards */
  add(record: TraceRecord, nowMillis: number): void {
    this.#spanCount++;
    const pending = this.#pending.get(record.traceId);
    if (pending !== undefined) pending.records.push(record);
    else this.#pending.set(record.traceId, { records: [record], sinceMillis: nowMillis });
  }

  /**
   * Takes out what hangs below the given span, and itself. Other spans of the same trace stay: they
   * may belong to another request of it that is still running.
   */
  takeBelow(traceId: string, rootSpanId: string): CollectedTrace {
    const records = this.#pending.get(traceId)?.records ?? [];
    const below = spanIdsBelow(records, rootSpanId);
    const taken = records.filter(({ spanId }) => below.has(spanId));
    const left = records.filter(({ spanId }) => !below.has(spanId));
    const sinceMillis = this.#pending.get(traceId)?.sinceMillis ?? 0;
    if (left.length === 0) this.#pending.delete(traceId);
    else this.#pending.set(traceId, { records: left, sinceMillis });
    this.#spanCount -= taken.length;
    return { records: taken, isPartial: false };
  }

  /** Takes out what has waited too long or is too much. */
  takeOverdue(nowMillis: number): CollectedTrace[] {
    const taken: CollectedTrace[] = [];
    for (const [traceId, { records, sinceMillis }] of this.#pending) {
      const isTooOld = nowMillis - sinceMillis >= this.limits.maxAgeMillis;
      if (!isTooOld && this.#spanCount <= this.limits.maxSpanCount) break;
      this.#pending.delete(traceId);
      this.#spanCount -= records.length;
      taken.push({ records, isPartial: true });
    }
    return taken;
  }

  takeAll(): CollectedTrace[] {
    const taken = [...this.#pending.values()].map(({ records }) => ({ records, isPartial: true }));
    this.#pending.clear();
    this.#spanCount = 0;
    return taken;
  }
}

function spanIdsBelow(records: readonly TraceRecord[], rootSpanId: string): Set<string> {
  const children = new Map<string, string[]>();
  for (const { spanId, parentSpanId } of records) {
    if (parentSpanId === undefined) continue;
    const siblings = children.get(parentSpanId);
    if (siblings === undefined) children.set(parentSpanId, [spanId]);
    else siblings.push(spanId);
  }
  const below = new Set([rootSpanId]);
  // A set grows while it is iterated, and hands out what was added.
  for (const spanId of below) for (const child of children.get(spanId) ?? []) below.add(child);
  return below;
}
