import type { ReadableSpan } from '../../trace/index.js';
import type { LocalTrace } from './local-trace.js';

/** The local traces that are not decided yet, the oldest first, and what they hold together. */
export class UndecidedTraces {
  readonly #traces = new Set<LocalTrace>();
  /** Those in which spans wait, by when the first one came. */
  readonly #withSpans = new Set<LocalTrace>();
  readonly #latestOfId = new Map<string, LocalTrace>();
  #spanCount = 0;
  #bytes = 0;

  /**
   * @param maxSpans that may wait; as many traces may be open
   * @param maxBytes of the spans that wait
   */
  constructor(
    readonly maxSpans: number,
    readonly maxBytes: number,
  ) {}

  /** Spans that wait. */
  get spanCount(): number {
    return this.#spanCount;
  }

  get oldest(): LocalTrace | undefined {
    return this.#traces.values().next().value;
  }

  /** Of those in which spans wait. */
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

  /** Has a span of so many bytes wait. @returns false if there is no room for it */
  hold(trace: LocalTrace, span: ReadableSpan, bytes: number): boolean {
    if (this.#spanCount >= this.maxSpans || this.#bytes + bytes > this.maxBytes) return false;
    if (trace.spans.length === 0) this.#withSpans.add(trace);
    trace.spans.push(span);
    trace.bytes += bytes;
    this.#spanCount++;
    this.#bytes += bytes;
    return true;
  }

  /** Takes a trace out with the spans that waited in it. */
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
