import { performance } from 'node:perf_hooks';
import { contextStorage, type LocalSpan } from '../context/index.js';
import type { Diagnostics } from '../diagnostics.js';
import { checkNumber } from '../option-checks.js';
import type { ReadableSpan, SpanProcessor } from '../trace/index.js';
import { callerStack } from './caller-stack.js';

/** Options for the list of open spans. */
export interface InFlightOptions {
  /**
   * The age at which the library warns about an open span, once; in milliseconds, at least 1. Infinity
   * switches the warning off.
   * @default 60000
   */
  readonly warnAfterMillis?: number;
  /**
   * Whether to capture the stack at the start of each span. This costs several microseconds per span.
   * @default true
   */
  readonly captureStacks?: boolean;
}

/** A span that has not ended. */
export interface SpanInFlight {
  /** The name of the operation. */
  readonly name: string;
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Milliseconds since the start of the span. */
  readonly ageMillis: number;
  /** Stack lines of the code that started the span, without those of this library. Empty if not captured. */
  readonly startedAt: readonly string[];
}

interface OpenSpan {
  readonly span: WeakRef<LocalSpan>;
  /** The name at the start, for the report about a span that was garbage-collected. */
  readonly name: string;
  readonly startedMillis: number;
  readonly startedAt: readonly string[];
  isWarnedOf: boolean;
}

const DEFAULT_WARN_MILLIS = 60_000;
/** The shortest and the longest time between two checks of the ages. */
const LEAST_CHECK_MILLIS = 10;
const MAX_CHECK_MILLIS = 10_000;

/**
 * Lists the open spans and warns about those that are open for too long. It holds weak references: a
 * span that no code references can still be garbage-collected; it is then reported and removed.
 */
export class SpansInFlight implements SpanProcessor {
  readonly keepsSpans = false;
  readonly #diagnostics: Diagnostics;
  readonly #warnAfterMillis: number;
  readonly #capturesStacks: boolean;
  readonly #reportsLost: boolean;
  /** By span id, oldest first. */
  readonly #entries = new Map<string, OpenSpan>();
  #timer: NodeJS.Timeout | undefined;
  #isShutDown = false;

  /**
   * @param reportsLost whether a span that was garbage-collected is reported
   * @throws TracingConfigError for an invalid option
   */
  constructor(options: InFlightOptions, diagnostics: Diagnostics, reportsLost = true) {
    const { captureStacks = true } = options;
    this.#warnAfterMillis = checkNumber(
      'inFlight.warnAfterMillis',
      options.warnAfterMillis,
      DEFAULT_WARN_MILLIS,
      1,
      Number.POSITIVE_INFINITY,
    );
    this.#capturesStacks = captureStacks;
    this.#diagnostics = diagnostics;
    this.#reportsLost = reportsLost;
  }

  /** Returns the open spans, oldest first. */
  list(): SpanInFlight[] {
    const now = performance.now();
    const open: SpanInFlight[] = [];
    for (const { span: held, startedMillis, startedAt } of this.#entries.values()) {
      const span = held.deref();
      if (span === undefined) continue;
      const { traceId, spanId } = span.spanContext();
      open.push({ name: span.name, traceId, spanId, ageMillis: now - startedMillis, startedAt });
    }
    return open;
  }

  /** The open spans that started so many milliseconds ago or earlier, oldest first. */
  *olderThan(millis: number): Generator<LocalSpan> {
    const latest = performance.now() - millis;
    for (const { span: held, startedMillis } of this.#entries.values()) {
      if (startedMillis > latest) return;
      const span = held.deref();
      if (span !== undefined) yield span;
    }
  }

  /** Number of entries, including spans that were garbage-collected since the last check. */
  get size(): number {
    return this.#entries.size;
  }

  onStart(span: LocalSpan): void {
    if (this.#isShutDown) return;
    this.#entries.set(span.spanContext().spanId, {
      span: new WeakRef(span),
      name: span.name,
      startedMillis: performance.now(),
      startedAt: this.#capturesStacks ? callerStack() : [],
      isWarnedOf: false,
    });
    if (this.#timer === undefined) this.#watch();
  }

  onEnd(span: ReadableSpan): void {
    this.#entries.delete(span.spanContext().spanId);
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.#isShutDown = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#entries.clear();
    return Promise.resolve();
  }

  /** Warns about old spans and removes garbage-collected ones. A timer calls it. */
  check(): void {
    const now = performance.now();
    for (const [spanId, entry] of this.#entries) {
      const span = entry.span.deref();
      if (span === undefined) {
        this.#entries.delete(spanId);
        if (this.#reportsLost) this.#reportLost(entry);
      } else if (!entry.isWarnedOf && now - entry.startedMillis >= this.#warnAfterMillis) {
        entry.isWarnedOf = true;
        const age = Math.round(now - entry.startedMillis);
        this.#diagnostics.say(
          `A span has been open for ${age} ms: ${described({ ...entry, name: span.name })}. ` +
            'Check that it is ended, or raise inFlight.warnAfterMillis.',
        );
      }
    }
  }

  #reportLost(entry: OpenSpan): void {
    this.#diagnostics.report(
      'A span was garbage-collected before it ended. It is lost. End each span, for example in a finally block',
      described(entry),
    );
  }

  #watch(): void {
    const quarter = this.#warnAfterMillis / 4;
    const waitMillis = Math.min(MAX_CHECK_MILLIS, Math.max(LEAST_CHECK_MILLIS, quarter));
    this.#timer = contextStorage.runSuppressed(() =>
      setTimeout(() => {
        this.#timer = undefined;
        this.check();
        if (this.#entries.size > 0) this.#watch();
      }, waitMillis).unref(),
    );
  }
}

function described({ name, startedAt }: Pick<OpenSpan, 'name' | 'startedAt'>): string {
  return startedAt.length === 0 ? name : `${name}, started ${startedAt[0]}`;
}
