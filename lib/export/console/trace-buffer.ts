import type { TraceRecord } from './trace-record.js';

/** The maximum number of waiting spans, and their maximum waiting time. */
export interface TraceBufferLimits {
  readonly maxSpanCount: number;
  readonly maxAgeMillis: number;
}

/** Spans of one trace to draw together. */
export interface CollectedTrace {
  readonly records: readonly TraceRecord[];
  /** True if the local root span is not among them. */
  readonly isPartial: boolean;
}

interface PendingTrace {
  readonly records: TraceRecord[];
  readonly sinceMillis: number;
}

/**
 * Buffers spans until their local root span ends, which is the last one. Spans that wait too long or
 * exceed the limit are returned as partial traces, oldest first.
 */
export class TraceBuffer {
  readonly #pending = new Map<string, PendingTrace>();
  #spanCount = 0;

  constructor(private readonly limits: TraceBufferLimits) {}

  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  /** @param nowMillis time of a monotonic clock */
  add(record: TraceRecord, nowMillis: number): void {
    this.#spanCount++;
    const pending = this.#pending.get(record.traceId);
    if (pending !== undefined) pending.records.push(record);
    else this.#pending.set(record.traceId, { records: [record], sinceMillis: nowMillis });
  }

  /**
   * Removes and returns the given span and its descendants. Other spans of the trace stay: they can
   * belong to another request of the trace that is still running.
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

  /** Removes and returns traces that waited too long or exceed the limit. */
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
  // The iteration of a set includes items that are added during the iteration.
  for (const spanId of below) for (const child of children.get(spanId) ?? []) below.add(child);
  return below;
}
