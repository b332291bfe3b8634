import { type Link, SpanKind } from '@opentelemetry/api';
import { contextStorage, currentTracer, type LocalSpan } from '../context/index.js';
import { callInSpan, replaceMember } from '../operation/index.js';
import { BATCH_SIZE } from './attributes.js';

/** A loader of the package `dataloader`. */
export interface DataLoaderLike {
  /** Returns the value of a key, which the loader loads together with others. */
  load(key: never): Promise<unknown>;
}

/** A span has at most this many links by default. */
const MAX_LINKS = 128;

/**
 * Creates a loader of the package `dataloader` whose batches have spans. The span of a batch is a child of the span
 * that loaded the first key, and has links to the spans that loaded the others.
 *
 * @param name name of the spans, of low cardinality, such as `load customers`
 * @param batch the function that loads the values of several keys
 * @param create creates the loader with the function that it receives
 * @typeParam B the type of `batch`
 * @typeParam L the type of the loader
 * @example
 * const customers = tracedDataLoader(
 *   'load customers',
 *   (ids: readonly string[]) => store.findCustomers(ids),
 *   (batch) => new DataLoader(batch),
 * );
 */
export function tracedDataLoader<
  B extends (keys: readonly never[]) => unknown,
  L extends DataLoaderLike,
>(name: string, batch: B, create: (batch: B) => L): L {
  /** By key: the spans that wait for its value. */
  const waiting = new Map<unknown, Set<LocalSpan>>();
  const traced = function (this: unknown, keys: readonly never[]): unknown {
    const tracer = currentTracer();
    const active = contextStorage.active();
    if (tracer === undefined || active.suppressed) return Reflect.apply(batch, this, [keys]);
    const links = linksOf(keys, waiting, active.span);
    const attributes = { [BATCH_SIZE]: keys.length };
    const span = tracer.startSpan(name, { kind: SpanKind.INTERNAL, attributes, links }, active);
    return callInSpan(span, active, batch, this, [keys]);
  };
  const loader = create(traced as unknown as B);
  const { load } = loader;
  const observed = (key: never): Promise<unknown> => {
    const result = load.call(loader, key);
    const { span } = contextStorage.active();
    if (span === undefined || !span.isRecording() || !(result instanceof Promise)) return result;
    const spans = waiting.get(key) ?? new Set();
    waiting.set(key, spans.add(span as LocalSpan));
    const loaded = (): void => {
      spans.delete(span as LocalSpan);
      if (spans.size === 0 && waiting.get(key) === spans) waiting.delete(key);
    };
    return result.then(
      (value: unknown) => {
        loaded();
        return value;
      },
      (error: unknown) => {
        loaded();
        throw error;
      },
    );
  };
  replaceMember(loader, 'load', observed);
  return loader;
}

function linksOf(
  keys: readonly unknown[],
  waiting: ReadonlyMap<unknown, ReadonlySet<LocalSpan>>,
  parent: unknown,
): Link[] {
  const linked = new Set<unknown>([parent]);
  const links: Link[] = [];
  for (const key of keys) {
    for (const span of waiting.get(key) ?? []) {
      if (linked.has(span) || links.length === MAX_LINKS) continue;
      linked.add(span);
      links.push({ context: span.spanContext() });
    }
  }
  return links;
}
