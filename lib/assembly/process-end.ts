import type { Diagnostics } from '../diagnostics.js';

/** The members of a running `Tracing` that the end of the process needs. */
export interface RunningTracing {
  readonly diagnostics: Diagnostics;
  /** Ended spans and emitted log records that are not yet exported, failed or dropped, and changed metrics. */
  readonly undeliveredCount: number;
  /** Their number in words: `3 spans, 1 log record and 2 data points of metrics`. */
  describeUndelivered(): string;
  /** Exports the ended spans, log records and metrics, within the shutdown timeout. Never rejects. */
  flushAtEnd(): Promise<void>;
}

/** Each running tracing with its number of undelivered spans at the last flush. */
const running = new Map<RunningTracing, number>();

/**
 * Watches for the end of the process until {@link unwatchProcessEnd}. If the event loop is empty, the
 * spans and log records of `tracing` are exported. If the process ends in another way, such as
 * `process.exit` or an uncaught exception, a log line states the number of the undelivered ones.
 */
export function watchProcessEnd(tracing: RunningTracing): void {
  if (running.size === 0) {
    process.on('beforeExit', flushAll);
    process.on('exit', reportLosses);
  }
  running.set(tracing, Number.POSITIVE_INFINITY);
}

/** Stops watching; does nothing for a tracing that is not watched. */
export function unwatchProcessEnd(tracing: RunningTracing): void {
  if (!running.delete(tracing) || running.size > 0) return;
  process.off('beforeExit', flushAll);
  process.off('exit', reportLosses);
}

/**
 * Node emits `beforeExit` again after the work that a listener started. If the last flush of a tracing
 * exported nothing, the tracing is not flushed again, so that the process can end.
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
  for (const tracing of running.keys()) {
    if (tracing.undeliveredCount === 0) continue;
    tracing.diagnostics.say(
      `The process ends with ${tracing.describeUndelivered()} ` +
        'undelivered. They are lost. Call app.close() or tracing.shutdown() before the process ' +
        'ends, and app.enableShutdownHooks() for signals.',
    );
  }
}
