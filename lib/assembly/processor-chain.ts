import { BaggageSpanProcessor } from '../baggage/index.js';
import { type Redactor, SpanProcessors } from '../delivery/index.js';
import type { Diagnostics } from '../diagnostics.js';
import type { SpanProcessor } from '../trace/index.js';
import type { TracingSettings } from './tracing-options.js';

/**
 * Combines all span processors of an application into one. The processor of baggage comes first, so that
 * the others see the attributes that it sets. An ended span is redacted before the first processor
 * receives it.
 *
 * @param processors the value of `SPAN_PROCESSORS`. Overriding it does not remove the other processors
 * @param inFlight processors that only look at open spans; called last
 * @param isKept whether a processor belongs to the user, so that the shutdown only flushes it
 */
export function createProcessorChain(
  { baggage }: TracingSettings,
  processors: readonly SpanProcessor[],
  inFlight: readonly SpanProcessor[],
  redactor: Redactor | undefined,
  isKept: (processor: SpanProcessor) => boolean,
  diagnostics: Diagnostics,
): SpanProcessor {
  const spanAttributes = baggage?.spanAttributes;
  const all = [
    ...(spanAttributes === undefined
      ? []
      : [new BaggageSpanProcessor({ spanAttributes, diagnostics })]),
    ...processors,
    ...inFlight,
  ];
  const isUsers = new Set(processors.filter(isKept));
  return new SpanProcessors(all, diagnostics, redactor, (processor) => isUsers.has(processor));
}
