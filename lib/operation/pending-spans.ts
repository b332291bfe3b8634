import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';

/**
 * The spans that wait for the work behind one object, such as a query that starts when it is awaited
 * or a generator. There are several where traced methods call each other and hand on the object, or
 * where a method returns the same object again; when the work is over all of them end, once.
 */
export class PendingSpans {
  readonly #spans: LocalSpan[] = [];
  #context: TracingContext | undefined;

  /**
   * Makes `span` wait for the work behind `target`.
   *
   * @param listen makes `target` tell the watch what happens to it, the first time it is watched;
   *   false if that cannot be done, and then the span ends now
   */
  static add(
    target: object,
    span: LocalSpan,
    context: TracingContext,
    listen: (watch: PendingSpans) => boolean,
  ): void {
    let watch = watches.get(target);
    if (watch === undefined) {
      watch = new PendingSpans();
      if (!listen(watch)) {
        span.end();
        return;
      }
      watches.set(target, watch);
    }
    watch.#spans.push(span);
    // The first to wait is the innermost: its method has returned first.
    watch.#context ??= context;
  }

  /** Does a part of the work with the waiting span active; as it is where none waits. */
  run<T>(work: () => T): T {
    return this.#context === undefined ? work() : contextStorage.run(this.#context, work);
  }

  end(): void {
    this.#context = undefined;
    for (const span of this.#spans.splice(0)) span.end();
  }

  fail(error: unknown): void {
    for (const span of this.#spans) span.recordError(error);
    this.end();
  }
}

const watches = new WeakMap<object, PendingSpans>();
