import type { HrTime } from '@opentelemetry/api';
import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';

/**
 * The spans that wait for the work behind one object, such as a query that starts when it is awaited,
 * a generator or a stream. There are several where traced methods call each other and pass on the
 * object, or where a method returns the same object again; when the work is over all of them end, once.
 *
 * Spans whose object is garbage collected first are ended as abandoned: nobody can do the work any
 * more. They end at the time at which the work was last active, with an event `abandoned`.
 */
export class PendingSpans {
  readonly #spans: LocalSpan[] = [];
  #context: TracingContext | undefined;
  #lastActive: HrTime | undefined;

  /**
   * Makes `span` wait for the work behind `target`.
   *
   * @param listen makes `target` report its progress to the pending spans, the first time that a span
   *   waits for it; they must not hold `target`. False if that is impossible: then the span ends now.
   */
  static add(
    target: object,
    span: LocalSpan,
    context: TracingContext,
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
    pending.#spans.push(span);
    // The first to wait is the innermost: its method has returned first.
    pending.#context ??= context;
    pending.touch();
  }

  /** Calls `fn`, which does a part of the work, with the waiting span active, if there is one. */
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

  /** Notes that the work is active now. */
  touch(): void {
    this.#lastActive = this.#spans[0]?.currentTime();
  }

  end(): void {
    this.#context = undefined;
    for (const span of this.#spans.splice(0)) span.end();
  }

  /**
   * Takes over the spans: from now on the caller ends them.
   *
   * @returns false if there are none any more
   */
  take(): boolean {
    return this.#spans.splice(0).length > 0;
  }

  /** Ends the spans as failed. */
  fail(error: unknown): void {
    for (const span of this.#spans) span.recordError(error);
    this.end();
  }

  /** Ends the spans with an event that says why the work has no proper end. */
  breakOff(reason: string): void {
    for (const span of this.#spans) span.addEvent(reason);
    this.end();
  }

  /** Ends the spans at the time at which the work was last active. */
  abandon(): void {
    this.#context = undefined;
    for (const span of this.#spans.splice(0)) {
      span.addEvent('abandoned', this.#lastActive);
      span.end(this.#lastActive);
    }
  }
}

type Method = (...args: unknown[]) => unknown;

const pendingOf = new WeakMap<object, PendingSpans>();
const collected = new FinalizationRegistry<PendingSpans>((pending) => pending.abandon());
