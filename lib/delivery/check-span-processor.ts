import { checkMethods } from '../option-checks.js';
import type { SpanProcessor } from '../trace/index.js';

const METHODS = ['onStart', 'onEnd', 'forceFlush', 'shutdown'] as const;

/**
 * @param whose the place it was given for: `The processor behind TailSamplingProcessor`
 * @throws TracingConfigError for what is no span processor
 */
export function checkSpanProcessor(whose: string, processor: SpanProcessor): void {
  checkMethods(
    whose,
    processor,
    METHODS,
    'Give a span processor, such as new BatchSpanProcessor(exporter).',
  );
}
