import type { ReadableSpan } from '../../trace/index.js';

/**
 * What was decided about a local trace. `failed`, `slow` and `chance` say why it is kept; `same_trace`
 * that another part of its trace was kept in this process; `none` that it is let go.
 */
export type Verdict = 'failed' | 'slow' | 'chance' | 'same_trace' | 'none';

/** What one process sees of a trace below one root: its spans that have ended wait here. */
export class LocalTrace {
  /** In the order in which they ended. */
  spans: ReadableSpan[] = [];
  /** Of the spans that wait, as estimated. */
  bytes = 0;
  hasFailed = false;
  /** Undefined until it is decided. */
  verdict: Verdict | undefined;

  constructor(
    readonly traceId: string,
    readonly rootSpanId: string,
    readonly root: ReadableSpan,
    /** A reading of `performance.now()`. */
    readonly openedAtMillis: number,
  ) {}
}
