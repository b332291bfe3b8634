import type { ReadableSpan } from '../../trace/index.js';
import type { LocalTrace } from './local-trace.js';

/** The local traces that are not decided yet, the oldest first, with their totals. */
export class UndecidedTraces {
  readonly #traces = new Set<LocalTrace>();
  /** The traces with waiting spans, by the time of their first span. */
  readonly #withSpans = new Set<LocalTrace>();
  readonly #latestOfId = new Map<string, LocalTrace>();
  #spanCount = 0;
  #bytes = 0;

  /**
   * @param maxSpans spans that may wait; as many traces may be open
   * @param maxBytes of the waiting spans
   */
  constructor(
    readonly maxSpans: number,
    readonly maxBytes: number,
  ) {}

  /** Waiting spans. */
  get spanCount(): number {
    return this.#spanCount;
  }

  get oldest(): LocalTrace | undefined {
    return this.#traces.values().next().value;
  }

  /** The oldest trace with waiting spans. */
  get oldestWithSpans(): LocalTrace | undefined {
    return this.#withSpans.values().next().value;
  }

  get isOverfull(): boolean {
    return this.#traces.size > this.maxSpans;
  }

  all(): LocalTrace[] {
    return [...this.#traces];
  }

  /** The latest one of a trace id. */
  find(traceId: string): LocalTrace | undefined {
    return this.#latestOfId.get(traceId);
  }

  add(trace: LocalTrace): void {
    this.#traces.add(trace);
    this.#latestOfId.set(trace.traceId, trace);
  }

  /** Adds a waiting span. @returns false if there is no room for it */
  hold(trace: LocalTrace, span: ReadableSpan, bytes: number): boolean {
    if (this.#spanCount >= this.maxSpans || this.#bytes + bytes > this.maxBytes) return false;
    if (trace.spans.length === 0) this.#withSpans.add(trace);
    trace.spans.push(span);
    trace.bytes += bytes;
    this.#spanCount++;
    this.#bytes += bytes;
    return true;
  }

  /** Removes a trace. @returns its waiting spans */
  take(trace: LocalTrace): ReadableSpan[] {
    const { spans, traceId } = trace;
    this.#traces.delete(trace);
    this.#withSpans.delete(trace);
    if (this.#latestOfId.get(traceId) === trace) this.#latestOfId.delete(traceId);
    this.#spanCount -= spans.length;
    this.#bytes -= trace.bytes;
    trace.spans = [];
    trace.bytes = 0;
    return spans;
  }
}
