import type { TextMapSetter } from '@opentelemetry/api';
import { ContextFields, type FieldAccess, type ReceiverRules } from '../../carriers/index.js';
import type { LocalTracer, TracingContext } from '../../context/index.js';
import type { OutgoingHeaders } from './outgoing-request.js';

/** Which receivers get the context and the baggage. */
export interface ContextReceivers {
  readonly context: ReceiverRules<URL>;
  readonly baggage: ReceiverRules<URL>;
}

/** The receivers of a client with its own options: the lists of the application hold where it has none. */
export function withDefaults(
  own: ContextReceivers,
  application: ContextReceivers,
): ContextReceivers {
  return {
    context: own.context.meansAll ? application.context : own.context,
    baggage: own.baggage.meansAll ? application.baggage : own.baggage,
  };
}

/** Whether some receivers must not get all of a context. */
export function isRestricted(receivers: ContextReceivers, context: TracingContext): boolean {
  return (
    !receivers.context.meansAll || (!receivers.baggage.meansAll && context.baggage !== undefined)
  );
}

/**
 * Puts the context into the headers of a request, as far as its receiver may get it. Before that, it
 * removes all headers of the application's propagators, for every receiver: callers copy the headers of
 * incoming requests, and a redirect repeats the headers of the request before it.
 */
export function injectContext(
  { propagator, diagnostics }: LocalTracer,
  context: TracingContext,
  headers: OutgoingHeaders,
  url: URL,
  receivers: ContextReceivers,
): void {
  ContextFields.of(propagator).removeFrom(headers, HEADER_ACCESS);
  if (!receivers.context.has(url, diagnostics)) return;
  const isForAll = context.baggage === undefined || receivers.baggage.has(url, diagnostics);
  const sent = isForAll ? context : context.withBaggage(undefined);
  propagator.inject(sent, headers, HEADER_SETTER);
}

/** Removes all headers of the application's propagators. */
export function removeContext({ propagator }: LocalTracer, headers: OutgoingHeaders): void {
  ContextFields.of(propagator).removeFrom(headers, HEADER_ACCESS);
}

const HEADER_ACCESS: FieldAccess<OutgoingHeaders> = {
  keys: (headers) => headers.keys(),
  remove: (headers, name) => headers.delete(name),
};

const HEADER_SETTER: TextMapSetter<OutgoingHeaders> = {
  // A propagator of the user may set a header twice.
  set(headers, name, value) {
    const key = name.toLowerCase();
    if (headers.get(key) != null) headers.delete(key);
    headers.set(key, value);
  },
};
