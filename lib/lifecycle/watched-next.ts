import { Observable, type Subscriber } from 'rxjs';
import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';
import { WatchedSubscriber } from '../operation/index.js';

/** Nest's `CallHandler`, described without an import of Nest. */
export interface NextHandler {
  handle(): Observable<unknown>;
}

/**
 * The `next` of an interceptor. It adds the events `next called` and `next ended` to the span of the
 * interceptor. The time before the first is spent before the handler, the time between them is spent in the
 * inner interceptors, the pipes and the handler, and the time after the last is spent on their result.
 *
 * The operators of the interceptor receive the result in the context of the interceptor.
 */
export class WatchedNext implements NextHandler {
  constructor(
    private readonly next: NextHandler,
    private readonly span: LocalSpan,
  ) {}

  handle(): Observable<unknown> {
    const { span } = this;
    // Now, because Nest keeps the context in which `handle` is called.
    const result = this.next.handle();
    return new Observable((subscriber) => {
      if (span.isRecording()) span.addEvent('next called');
      const watched = new NextSubscriber(subscriber, contextStorage.active(), span);
      watched.watch();
      return result.subscribe(watched);
    });
  }
}

class NextSubscriber extends WatchedSubscriber<unknown> {
  constructor(
    destination: Subscriber<unknown>,
    outside: TracingContext,
    private readonly span: LocalSpan,
  ) {
    super(destination, outside);
  }

  protected override failed(): void {
    this.ended();
  }

  protected override completed(): void {
    this.ended();
  }

  protected override unsubscribed(): void {
    this.ended();
  }

  /** The interceptor can have ended before, without waiting for the handler. */
  private ended(): void {
    if (this.span.isRecording()) this.span.addEvent('next ended');
  }
}
