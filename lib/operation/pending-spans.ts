import type { HrTime } from '@opentelemetry/api';
import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';
import { type CallDescription, recordFailure } from './call-description.js';

interface WaitingSpan {
  readonly span: LocalSpan;
  readonly description: CallDescription | undefined;
}

/**
 * The spans that wait for the work behind one object, such as a query that starts when it is awaited, a
 * generator or a stream. There are several spans if traced methods call each other and return the same
 * object, or if a method returns the same object again. When the work ends, all of them end once.
 *
 * If the object is garbage collected first, no code can do the work any more. Its spans then end with an
 * event `abandoned`, at the time of the last activity.
 */
export class PendingSpans {
  readonly #waiting: WaitingSpan[] = [];
  #context: TracingContext | undefined;
  #lastActive: HrTime | undefined;

  /**
   * Makes `span` wait for the work behind `target`.
   *
   * @param description records the error with which the work fails
   * @param listen called for the first span that waits for `target`. It makes `target` report its progress to
   *   the pending spans, which must not hold `target`. It returns false if that is impossible: then the span
   *   ends now.
   */
  static add(
    target: object,
    span: LocalSpan,
    context: TracingContext | undefined,
    description: CallDescription | undefined,
    listen: (pending: PendingSpans) => boolean,
  ): void {
    let pending = pendingOf.get(target);
    if (pending === undefined) {
      pending = new PendingSpans();
      if (!listen(pending)) {
        span.end();
        return;
      }
      pendingOf.set(target, pending);
      collected.register(target, pending);
    }
    pending.#waiting.push({ span, description });
    // The first span is the innermost one, because its method returned first.
    pending.#context ??= context;
    pending.touch();
  }

  /** Calls `fn`, which does a part of the work, with the waiting span active. */
  call(fn: (...args: never[]) => unknown, self: unknown, args: ArrayLike<unknown>): unknown {
    const context = this.#context;
    if (context === undefined) return Reflect.apply(fn as Method, self, args);
    const active = contextStorage.active();
    contextStorage.enter(context);
    try {
      return Reflect.apply(fn as Method, self, args);
    } finally {
      contextStorage.leave(active);
    }
  }

  /** Records that the work is active now. */
  touch(): void {
    for (const { span } of this.#waiting) {
      // What only measures a call has no time.
      const now = span.currentTime();
      if (now === undefined) continue;
      this.#lastActive = now;
      return;
    }
  }

  end(): void {
    this.#context = undefined;
    for (const { span } of this.#waiting.splice(0)) span.end();
  }

  /**
   * Removes the spans. The caller must end them.
   *
   * @returns false if there were none
   */
  take(): boolean {
    return this.#waiting.splice(0).length > 0;
  }

  /** Ends the spans as failed. */
  fail(error: unknown): void {
    for (const { span, description } of this.#waiting) recordFailure(span, error, description);
    this.end();
  }

  /** Ends the spans with an event that names the reason why the work did not reach its end. */
  breakOff(reason: string): void {
    for (const { span } of this.#waiting) span.addEvent(reason);
    this.end();
  }

  /** Ends the spans at the time of the last activity. */
  abandon(): void {
    this.#context = undefined;
    for (const { span } of this.#waiting.splice(0)) {
      span.addEvent('abandoned', this.#lastActive);
      span.end(this.#lastActive);
    }
  }
}

type Method = (...args: unknown[]) => unknown;

const pendingOf = new WeakMap<object, PendingSpans>();
const collected = new FinalizationRegistry<PendingSpans>((pending) => pending.abandon());
