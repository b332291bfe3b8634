import type { Diagnostics } from '../diagnostics.js';

/** A running tracing, as far as the end of the process concerns it. */
export interface RunningTracing {
  readonly diagnostics: Diagnostics;
  /** Spans that have ended and are neither delivered nor given up. */
  readonly undeliveredCount: number;
  /** Delivers what has ended, within a time of its own. Never rejects. */
  flushAtEnd(): Promise<void>;
}

/** Each with the number of spans that its last flush left. */
const running = new Map<RunningTracing, number>();

/**
 * Watches for the end of the process until {@link unwatchProcessEnd}: if the event loop runs dry, the
 * spans of `tracing` are delivered; if the process ends without that, as with `process.exit` or an
 * uncaught exception, one line says how many were not.
 */
export function watchProcessEnd(tracing: RunningTracing): void {
  if (running.size === 0) {
    process.on('beforeExit', flushAll);
    process.on('exit', reportLosses);
  }
  running.set(tracing, Number.POSITIVE_INFINITY);
}

/** Does nothing for a tracing that is not watched. */
export function unwatchProcessEnd(tracing: RunningTracing): void {
  if (!running.delete(tracing) || running.size > 0) return;
  process.off('beforeExit', flushAll);
  process.off('exit', reportLosses);
}

/**
 * Node emits `beforeExit` again when what a listener started is over; a tracing whose last flush
 * delivered nothing is not flushed again, so that the process can end.
 */
function flushAll(): void {
  for (const [tracing, leftBefore] of running) {
    const left = tracing.undeliveredCount;
    if (left === 0 || left >= leftBefore) continue;
    running.set(tracing, left);
    void tracing.flushAtEnd();
  }
}

function reportLosses(): void {
  for (const { undeliveredCount, diagnostics } of running.keys()) {
    if (undeliveredCount === 0) continue;
    diagnostics.say(
      `The process ends with ${undeliveredCount === 1 ? '1 span' : `${undeliveredCount} spans`} ` +
        'undelivered. Close the application first: call app.close() or tracing.shutdown(), and ' +
        'app.enableShutdownHooks() for signals.',
    );
  }
}
