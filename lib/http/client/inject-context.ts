import type { TextMapSetter } from '@opentelemetry/api';
import type { ReceiverRules } from '../../carriers/index.js';
import type { LocalTracer, TracingContext } from '../../context/index.js';
import type { FetchRequest } from './fetch-request.js';
import type { HttpClientSettings } from './http-client-settings.js';

/** The names of headers of ours that a receiver must not be sent. */
export type WithheldHeaders = (receiver: URL) => readonly string[];

/**
 * Puts the context into the headers of a request, as far as its receiver may learn of it.
 *
 * @param settings of this `fetch`
 * @param application whose lists of receivers hold where `settings` have none
 * @returns what must be held to where the request is redirected; undefined where everybody may have
 *   all that was put in
 */
export function injectContext(
  { propagator, diagnostics }: LocalTracer,
  context: TracingContext,
  { url, headers }: FetchRequest,
  settings: HttpClientSettings,
  application: HttpClientSettings,
): WithheldHeaders | undefined {
  const contextReceivers = closed(settings.contextReceivers, application.contextReceivers);
  const baggageReceivers = closed(settings.baggageReceivers, application.baggageReceivers);
  if (contextReceivers.meansAll && (baggageReceivers.meansAll || context.baggage === undefined)) {
    propagator.inject(context, headers, HEADER_SETTER);
    return undefined;
  }
  if (!contextReceivers.has(url, diagnostics)) return undefined;
  const contextNames = new Set<string>();
  propagator.inject(context.withBaggage(undefined), headers, namesTo(contextNames));
  const allNames = new Set(contextNames);
  if (context.baggage !== undefined && baggageReceivers.has(url, diagnostics)) {
    propagator.inject(context, headers, namesTo(allNames));
  }
  const all = [...allNames];
  const ofBaggage = all.filter((name) => !contextNames.has(name));
  return (receiver) => {
    if (!contextReceivers.has(receiver, diagnostics)) return all;
    return baggageReceivers.has(receiver, diagnostics) ? [] : ofBaggage;
  };
}

function closed(own: ReceiverRules<URL>, others: ReceiverRules<URL>): ReceiverRules<URL> {
  return own.meansAll ? others : own;
}

const HEADER_SETTER: TextMapSetter<Headers> = {
  set: (headers, name, value) => headers.set(name, value),
};

function namesTo(names: Set<string>): TextMapSetter<Headers> {
  return {
    set(headers, name, value) {
      headers.set(name, value);
      names.add(name);
    },
  };
}
