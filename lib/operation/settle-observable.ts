import type { SpanOptions } from '@opentelemetry/api';
import { Observable, type Subscriber } from 'rxjs';
import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';
import { type CallDescription, recordFailure } from './call-description.js';
import { PendingSpans } from './pending-spans.js';
import { subscribeInside, WatchedSubscriber } from './watched-subscriber.js';

/**
 * Returns an Observable that runs `source` with `context` active, and ends `span` with its first
 * subscription. Each later subscription, such as those of `retry`, does the work again. It gets its own span
 * with the same name and attributes; its parent is the active span at the subscription. Values arrive in the
 * context of the subscriber.
 *
 * @param context undefined if `source` runs in the context of the subscriber
 * @param description records the errors
 * @param isSubscribed true if the caller always subscribes
 */
export function settleObservable<T>(
  source: Observable<T>,
  span: LocalSpan,
  context: TracingContext | undefined,
  description?: CallDescription,
  isSubscribed = false,
): Observable<T> {
  if (isSubject(source)) {
    // Other code feeds it and identifies it by reference, so the work of the method ends now.
    span.end();
    return source;
  }
  // Read now: attributes that the first subscription adds are not those of the others.
  const { name, tracer, kind, attributes } = span;
  const options: SpanOptions = { kind, attributes };
  let first: { take(): boolean } | undefined;
  const settled = new Observable<T>((subscriber) => {
    const active = contextStorage.active();
    if (first?.take() === true) {
      const listener = new SpanSubscriber(subscriber, active, span, description);
      return subscribeInside(source, listener, context ?? active, active);
    }
    const next = tracer.startSpan(name, options, active);
    if (!next.isRecording()) return source.subscribe(subscriber);
    const listener = new SpanSubscriber(subscriber, active, next, description);
    const inside = context === undefined ? active : active.withSpan(next);
    return subscribeInside(source, listener, inside, active);
  });
  if (isSubscribed) first = new FirstSubscription();
  else {
    PendingSpans.add(settled, span, context, description, (pending) => {
      first = pending;
      return true;
    });
  }
  return settled;
}

/** The span of an Observable that waits for its first subscription. */
class FirstSubscription {
  private isTaken = false;

  take(): boolean {
    if (this.isTaken) return false;
    this.isTaken = true;
    return true;
  }
}

/** Ends a span with the subscription. */
class SpanSubscriber<T> extends WatchedSubscriber<T> {
  constructor(
    destination: Subscriber<T>,
    outside: TracingContext,
    private readonly span: LocalSpan,
    private readonly description: CallDescription | undefined,
  ) {
    super(destination, outside);
  }

  protected override failed(error: unknown): void {
    recordFailure(this.span, error, this.description);
    this.span.end();
  }

  protected override completed(): void {
    this.span.end();
  }

  protected override unsubscribed(): void {
    this.span.addEvent('unsubscribed');
    this.span.end();
  }
}

function isSubject(source: object): boolean {
  return typeof (source as { next?: unknown }).next === 'function';
}
