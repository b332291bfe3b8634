import type { SpanOptions } from '@opentelemetry/api';
import { Observable, Subscriber, type Subscription } from 'rxjs';
import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';
import { PendingSpans } from './pending-spans.js';

/**
 * Returns an Observable that runs `source` with `context` active, and ends `span` with its first
 * subscription. Each later subscription, such as those of `retry`, does the work again. It gets its own span
 * with the same name and attributes; its parent is the active span at the subscription. Values arrive in the
 * context of the subscriber.
 */
export function settleObservable<T>(
  source: Observable<T>,
  span: LocalSpan,
  context: TracingContext,
): Observable<T> {
  if (isSubject(source)) {
    // Other code feeds it and identifies it by reference, so the work of the method ends now.
    span.end();
    return source;
  }
  // Read now: attributes that the first subscription adds are not those of the others.
  const { name, tracer, kind, attributes } = span;
  const options: SpanOptions = { kind, attributes };
  let first: PendingSpans | undefined;
  const settled = new Observable<T>((subscriber) => {
    const active = contextStorage.active();
    if (first?.take() === true) return subscribe(source, subscriber, span, context, active);
    const next = tracer.startSpan(name, options, active);
    if (!next.isRecording()) return source.subscribe(subscriber);
    return subscribe(source, subscriber, next, active.withSpan(next), active);
  });
  PendingSpans.add(settled, span, context, (pending) => {
    first = pending;
    return true;
  });
  return settled;
}

function subscribe<T>(
  source: Observable<T>,
  subscriber: Subscriber<T>,
  span: LocalSpan,
  inside: TracingContext,
  outside: TracingContext,
): Subscription {
  const listener = new SpanSubscriber(subscriber, span, outside);
  contextStorage.enter(inside);
  try {
    return source.subscribe(listener);
  } finally {
    contextStorage.leave(outside);
  }
}

/**
 * Observes a source on behalf of its subscriber. It is a `Subscriber`, not an observer with three functions,
 * so that a source that emits synchronously can see that the subscriber has unsubscribed.
 */
class SpanSubscriber<T> extends Subscriber<T> {
  private hasEndedSpan = false;

  constructor(
    destination: Subscriber<T>,
    private readonly span: LocalSpan,
    private readonly outside: TracingContext,
  ) {
    super(destination);
    this.add(() => this.endUnsubscribed());
  }

  protected override _next(value: T): void {
    const active = this.enterOutside();
    try {
      super._next(value);
    } finally {
      contextStorage.leave(active);
    }
  }

  protected override _error(error: unknown): void {
    this.hasEndedSpan = true;
    this.span.recordError(error);
    this.span.end();
    const active = this.enterOutside();
    try {
      super._error(error);
    } finally {
      contextStorage.leave(active);
    }
  }

  protected override _complete(): void {
    this.hasEndedSpan = true;
    this.span.end();
    const active = this.enterOutside();
    try {
      super._complete();
    } finally {
      contextStorage.leave(active);
    }
  }

  private enterOutside(): TracingContext {
    const active = contextStorage.active();
    contextStorage.enter(this.outside);
    return active;
  }

  /**
   * The subscriber unsubscribed before the source ended: it has enough values, lost interest, or a timeout
   * passed. rxjs does not tell which, so this is no error.
   */
  private endUnsubscribed(): void {
    if (this.hasEndedSpan) return;
    this.hasEndedSpan = true;
    this.span.addEvent('unsubscribed');
    this.span.end();
  }
}

function isSubject(source: object): boolean {
  return typeof (source as { next?: unknown }).next === 'function';
}
