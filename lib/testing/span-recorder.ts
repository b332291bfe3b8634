import type { ReadableSpan, RecordingSpan, SpanProcessor } from '../trace/index.js';
import { SpanWaiters, type WaitOptions } from './span-waiters.js';
import { traceAsText } from './trace-as-text.js';

/** What {@link SpanRecorder.waitForTrace} waits for. */
export interface TraceWaitOptions extends WaitOptions {
  /**
   * How many spans the trace has at least. Needed where a part of a trace begins when another is
   * over, as with a message that is received after it was sent. @default 1
   */
  readonly spanCount?: number;
}

/**
 * A span processor for tests that keeps every span and counts both ways: {@link verify} fails for a
 * span that ended and was never looked at, and for one that never ended.
 *
 * Taking spans marks them as read; looking at {@link spans} does not. It goes on recording after
 * `shutdown`, so that an application's last spans can be looked at.
 *
 * @example
 * afterEach(() => recorder.verify());
 */
export class SpanRecorder implements SpanProcessor {
  readonly #open = new Set<RecordingSpan>();
  readonly #waiters = new SpanWaiters(() => this.#describe());
  #ended: ReadableSpan[] = [];
  #unread = new Set<ReadableSpan>();
  #forgotten = new WeakSet<object>();

  /** The spans that have ended since the last reset, read or not, in the order of their ends. */
  get spans(): readonly ReadableSpan[] {
    return [...this.#ended];
  }

  /** The spans that have started but not ended, in the order of their starts. */
  get openSpans(): readonly RecordingSpan[] {
    return [...this.#open];
  }

  /** Takes all unread spans, in the order of their ends. */
  takeSpans(): ReadableSpan[] {
    return this.#take([...this.#unread]);
  }

  /**
   * Takes the one unread span, or the one of that name.
   *
   * @throws Error if there is none, or more than one
   */
  takeSpan(name?: string): ReadableSpan {
    const found = [...this.#unread].filter((span) => name === undefined || span.name === name);
    const [span] = found;
    if (span === undefined || found.length > 1) {
      const wanted = name === undefined ? 'one unread span' : `one unread span "${name}"`;
      throw new Error(`Expected ${wanted}, but there are ${found.length}.\n${this.#describe()}`);
    }
    this.#take([span]);
    return span;
  }

  /**
   * Takes the unread spans of one trace, in the order of their ends.
   *
   * @param traceId which trace; not needed where all unread spans are of the same
   * @throws Error if there is none, or if several traces could be meant
   */
  takeTrace(traceId?: string): ReadableSpan[] {
    const unread = [...this.#unread];
    const wanted = traceId ?? unread[0]?.spanContext().traceId;
    const trace = unread.filter((span) => span.spanContext().traceId === wanted);
    if (trace.length === 0 || (traceId === undefined && trace.length < unread.length)) {
      const which = traceId === undefined ? 'one unread trace' : `the unread trace ${traceId}`;
      throw new Error(
        `Expected ${which}, but ${trace.length === 0 ? 'there is none' : 'there are several'}.\n${this.#describe()}`,
      );
    }
    return this.#take(trace);
  }

  /**
   * Waits until at least so many spans have ended that nobody has read, and takes all there are then.
   *
   * @param count from 1 on
   * @returns rejects after the deadline, and on {@link reset}, saying what had arrived by then
   */
  waitForSpans(count: number, options: WaitOptions = {}): Promise<ReadableSpan[]> {
    return this.#waiters.wait(`${count} unread span(s)`, options, () =>
      this.#unread.size >= count ? this.takeSpans() : undefined,
    );
  }

  /**
   * Waits until some trace has unread spans and none of its spans is open, and takes it: the one of
   * which a span ended first.
   *
   * @returns rejects after the deadline, and on {@link reset}, saying what had arrived by then
   */
  waitForTrace(options: TraceWaitOptions = {}): Promise<ReadableSpan[]> {
    const { spanCount = 1 } = options;
    return this.#waiters.wait(`a whole trace of at least ${spanCount} span(s)`, options, () =>
      this.#takeWholeTrace(spanCount),
    );
  }

  /**
   * Fails if a span that ended is unread or a span is still open, naming them; then forgets all of
   * them, so that each test answers for itself. Call it after every test.
   *
   * @throws Error
   */
  verify(): void {
    const isClean = this.#unread.size === 0 && this.#open.size === 0;
    const description = this.#describe();
    this.reset();
    if (!isClean)
      throw new Error(`A test must read all spans and leave none open.\n${description}`);
  }

  /** Forgets all spans; those that are open are not recorded when they end. */
  reset(): void {
    for (const span of this.#open) this.#forgotten.add(span);
    this.#waiters.rejectAll('The recorder was reset');
    this.#open.clear();
    this.#unread.clear();
    this.#ended = [];
  }

  onStart(span: RecordingSpan): void {
    this.#open.add(span);
  }

  onEnd(span: ReadableSpan): void {
    this.#open.delete(span as RecordingSpan);
    if (this.#forgotten.has(span)) return;
    this.#ended.push(span);
    this.#unread.add(span);
    this.#waiters.check();
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  #take(spans: ReadableSpan[]): ReadableSpan[] {
    for (const span of spans) this.#unread.delete(span);
    return spans;
  }

  #takeWholeTrace(spanCount: number): ReadableSpan[] | undefined {
    const openTraceIds = new Set([...this.#open].map((span) => span.spanContext().traceId));
    for (const { traceId } of [...this.#unread].map((span) => span.spanContext())) {
      if (openTraceIds.has(traceId)) continue;
      const trace = [...this.#unread].filter((span) => span.spanContext().traceId === traceId);
      if (trace.length >= spanCount) return this.#take(trace);
    }
    return undefined;
  }

  #describe(): string {
    const parts = [
      ['Unread', [...this.#unread]],
      ['Open', [...this.#open]],
    ] as const;
    return parts
      .map(([word, spans]) => {
        const text = spans.length === 0 ? 'none' : traceAsText(spans, { attributes: false });
        return `${word} (${spans.length}):\n${text.replace(/^(?=.)/gm, '  ')}`;
      })
      .join('\n');
  }
}
