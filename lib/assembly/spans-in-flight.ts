import { performance } from 'node:perf_hooks';
import { runSuppressed } from '../context/index.js';
import type { Diagnostics } from '../diagnostics.js';
import { checkNumber } from '../option-checks.js';
import type { ReadableSpan, RecordingSpan, SpanProcessor } from '../trace/index.js';
import { callerStack } from './caller-stack.js';

/** What to do about spans that do not end. */
export interface InFlightOptions {
  /**
   * The age at which a span is warned of, once; milliseconds from 1 on, Infinity for never.
   * @default 60000
   */
  readonly warnAfterMillis?: number;
  /**
   * Whether it is remembered where each span was started. That costs several microseconds a span.
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
  /** Where it was started: a line of the stack each, outside of this library. Empty if not captured. */
  readonly startedAt: readonly string[];
}

interface OpenSpan {
  readonly span: WeakRef<RecordingSpan>;
  /** What is left to say when the span itself is gone. */
  readonly name: string;
  readonly startedMillis: number;
  readonly startedAt: readonly string[];
  isWarnedOf: boolean;
}

const DEFAULT_WARN_MILLIS = 60_000;
/** How often ages are looked at, at most. */
const LEAST_CHECK_MILLIS = 10;
const MAX_CHECK_MILLIS = 10_000;

/**
 * Knows the spans that have started and not ended, and warns of those that grow old. It holds them
 * weakly: a span that nobody can end any more is collected as ever, then reported and forgotten.
 */
export class SpansInFlight implements SpanProcessor {
  readonly #diagnostics: Diagnostics;
  readonly #warnAfterMillis: number;
  readonly #capturesStacks: boolean;
  /** By span id, the oldest first. */
  readonly #entries = new Map<string, OpenSpan>();
  #timer: NodeJS.Timeout | undefined;
  #isShutDown = false;

  /** @throws TracingConfigError for an option that cannot be used */
  constructor(options: InFlightOptions, diagnostics: Diagnostics) {
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
  }

  /** The spans that are open, the oldest first. */
  list(): SpanInFlight[] {
    const now = performance.now();
    const open: SpanInFlight[] = [];
    for (const { span: held, startedMillis, startedAt } of this.#entries.values()) {
      const span = held.deref();
      if (span === undefined) continue;
      const { name, traceId, spanId } = span;
      open.push({ name, traceId, spanId, ageMillis: now - startedMillis, startedAt });
    }
    return open;
  }

  /** How many are remembered, among them those that were collected since the last look. */
  get size(): number {
    return this.#entries.size;
  }

  onStart(span: RecordingSpan): void {
    if (this.#isShutDown) return;
    this.#entries.set(span.spanId, {
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

  /** Warns of what has grown old, and forgets what was collected. Called by a timer of its own. */
  check(): void {
    const now = performance.now();
    for (const [spanId, entry] of this.#entries) {
      const span = entry.span.deref();
      if (span === undefined) {
        this.#entries.delete(spanId);
        this.#diagnostics.report('A span was never ended, and is lost', described(entry));
      } else if (!entry.isWarnedOf && now - entry.startedMillis >= this.#warnAfterMillis) {
        entry.isWarnedOf = true;
        const age = Math.round(now - entry.startedMillis);
        this.#diagnostics.say(
          `A span has been open for ${age} ms: ${described({ ...entry, name: span.name })}`,
        );
      }
    }
  }

  #watch(): void {
    const quarter = this.#warnAfterMillis / 4;
    const waitMillis = Math.min(MAX_CHECK_MILLIS, Math.max(LEAST_CHECK_MILLIS, quarter));
    this.#timer = runSuppressed(() =>
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
