import { type Observable, Subscriber, type Subscription } from 'rxjs';
import { contextStorage, type TracingContext } from '../context/index.js';

/**
 * Observes a source on behalf of its subscriber, and reports exactly one end of the subscription. Values
 * and the end arrive in the context of the subscriber.
 *
 * It is a `Subscriber`, not an observer with three functions, so that a source that emits synchronously
 * can see that the subscriber has unsubscribed.
 */
export abstract class WatchedSubscriber<T> extends Subscriber<T> {
  private hasEnded = false;

  /** @param outside the context of the subscriber */
  constructor(
    destination: Subscriber<T>,
    private readonly outside: TracingContext,
  ) {
    super(destination);
  }

  /** Starts to watch for the end. Not in the constructor, because the subscriber can already be closed. */
  watch(): void {
    this.add(() => this.endUnsubscribed());
  }

  /** The source failed. Called before the subscriber receives the error. Must not throw. */
  protected abstract failed(error: unknown): void;

  /** The source completed. Called before the subscriber is notified. Must not throw. */
  protected abstract completed(): void;

  /**
   * The subscriber unsubscribed before the source ended: it has enough values, lost interest, or a timeout
   * passed. rxjs does not tell which. Must not throw.
   */
  protected abstract unsubscribed(): void;

  protected override _next(value: T): void {
    const active = this.enterOutside();
    try {
      super._next(value);
    } finally {
      contextStorage.leave(active);
    }
  }

  protected override _error(error: unknown): void {
    this.hasEnded = true;
    this.failed(error);
    const active = this.enterOutside();
    try {
      super._error(error);
    } finally {
      contextStorage.leave(active);
    }
  }

  protected override _complete(): void {
    this.hasEnded = true;
    this.completed();
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

  private endUnsubscribed(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.unsubscribed();
  }
}

/**
 * Subscribes to `source` with `inside` active, so that the work of the source runs in it.
 *
 * @param outside the active context
 */
export function subscribeInside<T>(
  source: Observable<T>,
  listener: WatchedSubscriber<T>,
  inside: TracingContext,
  outside: TracingContext,
): Subscription {
  listener.watch();
  contextStorage.enter(inside);
  try {
    return source.subscribe(listener);
  } finally {
    contextStorage.leave(outside);
  }
}
