import { type Baggage, propagation } from '@opentelemetry/api';
import { isObservable, Observable } from 'rxjs';
import { contextStorage, currentTracer, type TracingContext } from '../context/index.js';

/** Baggage entries by key. Undefined takes an entry away. */
export type BaggageValues = Readonly<Record<string, string | undefined>>;

/**
 * Runs `fn` with more baggage: it is active in `fn` and in everything that `fn` starts, and goes with
 * every request that is sent there. Outside, and when `fn` is over, nothing has changed: contexts are
 * immutable. An Observable that `fn` returns is subscribed to with the baggage too.
 *
 * A key that is no HTTP token is there for `getBaggage`, but is not sent. Whatever is no string is
 * left out and reported.
 *
 * @param entries replace those of the same key, properties included
 * @returns what `fn` returns; what it throws passes through
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
  // Without types anything may come, and the observer does not throw.
  for (const [key, value] of Object.entries(entries ?? {})) {
    if (value === undefined) all = all.removeEntry(key);
    // Removed first, so that it becomes the last entry: propagators prefer the last ones.
    else if (typeof value === 'string') all = all.removeEntry(key).setEntry(key, { value });
    else reportLeftOut(key);
  }
  return all;
}

function reportLeftOut(key: string): void {
  currentTracer()?.diagnostics.report(
    'withBaggage left an entry out: its value is no string',
    JSON.stringify(key),
  );
}

function subscribedIn<T>(context: TracingContext, source: Observable<T>): Observable<T> {
  return new Observable<T>((subscriber) =>
    contextStorage.run(context, () => source.subscribe(subscriber)),
  );
}

/** A subject is left as it is: somebody else feeds it and holds on to it by identity. */
function isColdObservable(value: unknown): value is Observable<unknown> {
  return isObservable(value) && typeof (value as { next?: unknown }).next !== 'function';
}
