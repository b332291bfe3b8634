import type { Context } from '@opentelemetry/api';
import { contextStorage } from './process-wide.js';
import { SUPPRESS_TRACING_KEY, TracingContext } from './tracing-context.js';

/** An empty context in which nothing is traced. */
export const SUPPRESSED: TracingContext = TracingContext.ROOT.withSuppressed(true);

/** True where nothing may be traced, so that nothing may be injected either. */
export function isSuppressed(context: Context): boolean {
  return context.getValue(SUPPRESS_TRACING_KEY) === true;
}

/**
 * Runs `fn`, and everything that it starts, with tracing suppressed: an export must not make spans,
 * which would have to be exported in turn. The context is empty otherwise, so that timers and sockets
 * of an export retain no request that happened to trigger it.
 */
export function runSuppressed<T>(fn: () => T): T {
  return contextStorage.run(SUPPRESSED, fn);
}
