import { Observable } from 'rxjs';
import { contextStorage, type LocalSpan, type TracingContext } from '../context/index.js';

/**
 * An Observable that runs `source` with `context` active and ends `span` with its first subscription;
 * later subscriptions run as they would without tracing, in the context of whoever subscribes.
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
    const subscription = contextStorage.run(context, () =>
      source.subscribe({
        next: (value) => subscriber.next(value),
        error: (error: unknown) => {
          span.recordError(error);
          span.end();
          subscriber.error(error);
        },
        complete: () => {
          span.end();
          subscriber.complete();
        },
      }),
    );
    return () => {
      subscription.unsubscribe();
      span.end();
    };
  });
}

function isSubject(source: object): boolean {
  return typeof (source as { next?: unknown }).next === 'function';
}
