import { Observable, Subscriber } from 'rxjs';
import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';

/**
 * An Observable that runs `source` with `context` active and ends `span` with its first subscription.
 * Its values arrive in the context of whoever subscribed. Later subscriptions run as they would
 * without tracing.
 */
export function settleObservable<T>(
  source: Observable<T>,
  span: LocalSpan,
  context: TracingContext,
): Observable<T> {
  if (isSubject(source)) {
    // Somebody else feeds it and holds on to it by identity; what the method did is over.
    span.end();
    return source;
  }
  let isFirst = true;
  return new Observable<T>((subscriber) => {
    if (!isFirst) return source.subscribe(subscriber);
    isFirst = false;
    const listener = new SpanSubscriber(subscriber, span, contextStorage.active());
    return contextStorage.run(context, () => source.subscribe(listener));
  });
}

/**
 * Listens between a source and its subscriber. A subscriber of its own kind, not an observer with three
 * functions: only so does a source that emits at once learn that nobody wants any more.
 */
class SpanSubscriber<T> extends Subscriber<T> {
  private hasEndedSpan = false;

  constructor(
    destination: Subscriber<T>,
    private readonly span: LocalSpan,
    private readonly outside: TracingContext,
  ) {
    super(destination);
    this.add(() => this.endSpan());
  }

  protected override _next(value: T): void {
    contextStorage.run(this.outside, () => super._next(value));
  }

  protected override _error(error: unknown): void {
    this.span.recordError(error);
    this.endSpan();
    contextStorage.run(this.outside, () => super._error(error));
  }

  protected override _complete(): void {
    this.endSpan();
    contextStorage.run(this.outside, () => super._complete());
  }

  private endSpan(): void {
    if (this.hasEndedSpan) return;
    this.hasEndedSpan = true;
    this.span.end();
  }
}

function isSubject(source: object): boolean {
  return typeof (source as { next?: unknown }).next === 'function';
}
