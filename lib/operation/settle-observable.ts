import type { SpanOptions } from '@opentelemetry/api';
import { Observable, Subscriber, type Subscription } from 'rxjs';
import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';
import { PendingSpans } from './pending-spans.js';

/**
 * An Observable that runs `source` with `context` active and ends `span` with its first subscription.
 * Each later subscription, as `retry` makes them, does the work again: it gets a span of its own with the
 * same name and attributes, below the span that is active where the Observable is subscribed to. Values
 * arrive in the context of the subscriber.
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
  // Taken now: what the first subscription adds is no business of the others.
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

  /** The subscriber has enough, or a timeout, before the source is over. */
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
