import { BaggageSpanProcessor } from '../baggage/index.js';
import { type Redactor, SpanProcessors } from '../delivery/index.js';
import type { Diagnostics } from '../diagnostics.js';
import type { SpanProcessor } from '../trace/index.js';
import type { TracingSettings } from './tracing-options.js';

/**
 * Everything that hears of an application's spans, as one. Baggage comes first, so that the others see
 * what it has copied; a span that ends is redacted before anyone sees it.
 *
 * @param processors what `SPAN_PROCESSORS` holds; the rest stays where it is when these are overridden
 */
export function createProcessorChain(
  { baggage }: TracingSettings,
  processors: readonly SpanProcessor[],
  inFlight: SpanProcessor | undefined,
  redactor: Redactor | undefined,
  diagnostics: Diagnostics,
): SpanProcessor {
  const spanAttributes = baggage?.spanAttributes;
  return new SpanProcessors(
    [
      ...(spanAttributes === undefined
        ? []
        : [new BaggageSpanProcessor({ spanAttributes, diagnostics })]),
      ...processors,
      ...(inFlight === undefined ? [] : [inFlight]),
    ],
    diagnostics,
    redactor,
  );
}
