import { checkBoolean } from '../option-checks.js';
import type { ReadableSpan, RecordingSpan, SpanProcessor } from '../trace/index.js';
import { hasKnownStart, noteOrigin, startsAsText } from './span-origins.js';
import { SpanWaiters, type WaitOptions } from './span-waiters.js';
import { noteRecorder } from './strict-tracing.js';
import { traceAsText } from './trace-as-text.js';

/** Options of {@link SpanRecorder.waitForTrace} and {@link SpanRecorder.takeNextTrace}. */
export interface TraceWaitOptions extends WaitOptions {
  /**
   * The minimum number of spans of the trace. Set it if a part of the trace starts after another part
   * ended, such as the processing of a message after its sending. @default 1
   */
  readonly spanCount?: number;
  /**
   * Names of ended spans that the trace must have, such as `process orders` for a message that another
   * service processes. A name that is given twice needs two spans. @default []
   */
  readonly spanNames?: readonly string[];
  /** The id of the trace, such as that of a `traceresponse` header. @default any trace */
  readonly traceId?: string;
}

/** Options of {@link SpanRecorder}. */
export interface SpanRecorderOptions {
  /**
   * Whether messages show the code that started a span. This costs some tens of microseconds per span, and
   * more with source maps. @default false; true after `strictTracing`, and in `TracingTestingModule`
   */
  readonly captureStacks?: boolean;
}

/**
 * A span processor for tests that records every span. {@link verify} fails if an ended span was not read,
 * or if a span is still open.
 *
 * The methods `take…` mark spans as read, and so do the matchers `toHaveSpan` and `toMatchTrace` when they
 * pass. The methods `waitFor…` and {@link spans} leave them unread.
 * The recorder continues to record after `shutdown`, so that tests can read the last spans of an application.
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

  readonly #capturesStacks: boolean;

  /** @throws TracingConfigError for an invalid option */
  constructor(options: SpanRecorderOptions = {}) {
    const isStrict = noteRecorder(this);
    this.#capturesStacks = checkBoolean(
      'SpanRecorder.captureStacks',
      options.captureStacks,
      isStrict,
    );
  }

  /** The spans that ended since the last reset, read or not, in the order of their ends. */
  get spans(): readonly ReadableSpan[] {
    return [...this.#ended];
  }

  /** The ended spans that no test has read, in the order of their ends. Reading this list leaves them unread. */
  get unreadSpans(): readonly ReadableSpan[] {
    return [...this.#unread];
  }

  /** The open spans, in the order of their starts. */
  get openSpans(): readonly RecordingSpan[] {
    return [...this.#open];
  }

  /** Marks spans as read, for matchers of your own. */
  markAsRead(spans: Iterable<ReadableSpan>): void {
    for (const span of spans) this.#unread.delete(span);
  }

  /** Takes all unread spans, in the order of their ends. */
  takeSpans(): ReadableSpan[] {
    return this.#take([...this.#unread]);
  }

  /**
   * Takes the only unread span, or the only unread span with the given name.
   *
   * @throws Error if there is no such span, or more than one
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
   * @param traceId the id of the trace; not needed if all unread spans belong to one trace
   * @throws Error if there is no unread span of the trace, or if `traceId` is missing and there are several
   *   traces
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
   * Waits until there are at least `count` unread spans, and leaves them unread.
   *
   * @param count number of spans, at least 1
   * @returns a promise that rejects after the deadline and on {@link reset}, with a list of the spans that
   *   arrived
   */
  async waitForSpans(count: number, options: WaitOptions = {}): Promise<void> {
    await this.#waitForSpans(count, options, () => true);
  }

  /**
   * Waits until there are at least `count` unread spans, and takes all unread spans.
   *
   * @param count number of spans, at least 1
   * @returns a promise that rejects after the deadline and on {@link reset}, with a list of the spans that
   *   arrived
   */
  takeNextSpans(count: number, options: WaitOptions = {}): Promise<ReadableSpan[]> {
    return this.#waitForSpans(count, options, () => this.takeSpans());
  }

  /**
   * Waits until a trace is whole, and leaves its spans unread. A trace is whole if it has unread spans, no
   * open span, and what the options ask for. Give this recorder to every service of a test, so that the
   * trace has the spans of all of them.
   *
   * @returns a promise that rejects after the deadline and on {@link reset}, with a list of the spans that
   *   arrived
   */
  async waitForTrace(options: TraceWaitOptions = {}): Promise<void> {
    await this.#waitForTrace(options, () => true);
  }

  /**
   * Waits until a trace is whole, as {@link waitForTrace} does, and takes its unread spans. Of several such
   * traces it takes the one with the first ended span.
   *
   * @returns a promise that rejects after the deadline and on {@link reset}, with a list of the spans that
   *   arrived
   */
  takeNextTrace(options: TraceWaitOptions = {}): Promise<ReadableSpan[]> {
    return this.#waitForTrace(options, (trace) => this.#take(trace));
  }

  /**
   * Fails if an ended span is unread or a span is still open. Call it after each test. It forgets all
   * spans, also if it fails, so that the next test starts without spans.
   *
   * @throws Error that lists these spans
   */
  verify(): void {
    const left = [...this.#unread, ...this.#open];
    const description = this.#describe();
    this.reset();
    if (left.length === 0) return;
    const starts = left.some(hasKnownStart)
      ? `Started:\n${indented(startsAsText(left))}`
      : 'Call strictTracing at the top of the file to see who started them.';
    throw new Error(`A test must read all spans and leave none open.\n${description}\n${starts}`);
  }

  /** Forgets all spans. Spans that are open now are not recorded when they end. */
  reset(): void {
    for (const span of this.#open) this.#forgotten.add(span);
    this.#waiters.rejectAll('The recorder was reset');
    this.#open.clear();
    this.#unread.clear();
    this.#ended = [];
  }

  onStart(span: RecordingSpan): void {
    noteOrigin(span, this, this.#capturesStacks);
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
    this.markAsRead(spans);
    return spans;
  }

  #waitForSpans<T>(count: number, options: WaitOptions, resultOf: () => T): Promise<T> {
    return this.#waiters.wait(`${count} unread span(s)`, options, () =>
      this.#unread.size >= count ? resultOf() : undefined,
    );
  }

  #waitForTrace<T>(options: TraceWaitOptions, resultOf: (trace: ReadableSpan[]) => T): Promise<T> {
    return this.#waiters.wait(describeTrace(options), options, () => {
      const trace = this.#findWholeTrace(options);
      return trace && resultOf(trace);
    });
  }

  #findWholeTrace(options: TraceWaitOptions): ReadableSpan[] | undefined {
    const openTraceIds = new Set([...this.#open].map((span) => span.spanContext().traceId));
    const unreadTraceIds = new Set([...this.#unread].map((span) => span.spanContext().traceId));
    for (const traceId of unreadTraceIds) {
      if (openTraceIds.has(traceId) || (options.traceId ?? traceId) !== traceId) continue;
      const trace = [...this.#unread].filter((span) => span.spanContext().traceId === traceId);
      if (hasAll(trace, options)) return trace;
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
        return `${word} (${spans.length}):\n${indented(text)}`;
      })
      .join('\n');
  }
}

function describeTrace({ spanCount = 1, spanNames = [], traceId }: TraceWaitOptions): string {
  const which = traceId === undefined ? 'a whole trace' : `the whole trace ${traceId}`;
  const names = spanNames.map((name) => JSON.stringify(name)).join(' and ');
  return `${which} of at least ${spanCount} span(s)${names === '' ? '' : ` with ${names}`}`;
}

function hasAll(
  trace: ReadableSpan[],
  { spanCount = 1, spanNames = [] }: TraceWaitOptions,
): boolean {
  const names = trace.map(({ name }) => name);
  const countOf = (all: readonly string[], name: string): number =>
    all.filter((other) => other === name).length;
  return (
    trace.length >= spanCount &&
    spanNames.every((name) => countOf(names, name) >= countOf(spanNames, name))
  );
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
