import { type Baggage, propagation } from '@opentelemetry/api';
import { isObservable, Observable } from 'rxjs';
import { contextStorage, currentTracer, type TracingContext } from '../context/index.js';

/** Baggage entries by key. Undefined removes an entry. */
export type BaggageValues = Readonly<Record<string, string | undefined>>;

/**
 * Runs `fn` with additional baggage. The baggage is active in `fn` and in all work that `fn` starts, and
 * is sent with all requests of this work. The baggage of the caller does not change: contexts are
 * immutable. If `fn` returns an Observable, each subscription also runs with the baggage.
 *
 * `getBaggage` returns an entry with a key that is not an HTTP token, but the entry is not sent. A value
 * that is not a string is ignored and reported.
 *
 * @param entries replace existing entries with the same keys, including their properties
 * @returns the result of `fn`; what `fn` throws passes to the caller
 * @example
 * \@Injectable()
 * class TenantInterceptor implements NestInterceptor {
 *   intercept(context: ExecutionContext, next: CallHandler) {
 *     const { tenant } = context.switchToHttp().getRequest().user;
 *     return withBaggage({ tenant }, () => next.handle());
 *   }
 * }
 */
export function withBaggage<T>(entries: BaggageValues, fn: () => T): T {
  const active = contextStorage.active();
  const context = active.withBaggage(added(active.baggage, entries));
  const result = contextStorage.run(context, fn);
  return isColdObservable(result) ? (subscribedIn(context, result) as T) : result;
}

function added(baggage: Baggage | undefined, entries: BaggageValues): Baggage {
  let all = baggage ?? propagation.createBaggage();
  // JavaScript code can pass any value, and this function must not throw.
  for (const [key, value] of Object.entries(entries ?? {})) {
    if (value === undefined) all = all.removeEntry(key);
    // Removed first, so that it becomes the last entry: propagators keep the last ones if space is short.
    else if (typeof value === 'string') all = all.removeEntry(key).setEntry(key, { value });
    else reportLeftOut(key);
  }
  return all;
}

function reportLeftOut(key: string): void {
  currentTracer()?.diagnostics.report(
    'withBaggage ignored an entry: its value is not a string. Convert it to a string',
    JSON.stringify(key),
  );
}

function subscribedIn<T>(context: TracingContext, source: Observable<T>): Observable<T> {
  return new Observable<T>((subscriber) =>
    contextStorage.run(context, () => source.subscribe(subscriber)),
  );
}

/** False for a Subject: other code emits into it, and a wrapper would not be the same object. */
function isColdObservable(value: unknown): value is Observable<unknown> {
  return isObservable(value) && typeof (value as { next?: unknown }).next !== 'function';
}
