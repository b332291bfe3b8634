import type { ReadableSpan } from '../../trace/index.js';

/**
 * The decision about a local trace. `failed`, `slow` and `chance` are reasons to keep it; `same_trace`
 * keeps it because another part of its trace was kept in this process; `none` drops it.
 */
export type Decision = 'failed' | 'slow' | 'chance' | 'same_trace' | 'none';

/** The part of a trace that one process recorded below one root, with its waiting spans. */
export class LocalTrace {
  /** In the order in which they ended. */
  spans: ReadableSpan[] = [];
  /** Of the spans that wait, as estimated. */
  bytes = 0;
  hasFailed = false;
  /** Undefined until it is decided. */
  decision: Decision | undefined;

  constructor(
    readonly traceId: string,
    readonly rootSpanId: string,
    readonly root: ReadableSpan,
    /** A reading of `performance.now()`. */
    readonly openedAtMillis: number,
  ) {}
}
