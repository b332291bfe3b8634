import { contextStorage, TracingContext } from './index.js';

const SUPPRESSED = TracingContext.ROOT.withSuppressed(true);

/**
 * Runs `fn`, and all that it starts, where nothing is traced: an export must not make spans that
 * would have to be exported in turn. The context is empty otherwise, so that timers and sockets of
 * an export hold on to no request that happened to set them off.
 */
export function runSuppressed<T>(fn: () => T): T {
  return contextStorage.run(SUPPRESSED, fn);
}
