import type { Finding } from '../analysis/findings/finding.js';

/** The answer of `GET /api/traces/:id/context`: what other traces tell about one. */
export interface TraceContextJson {
  /** The findings that need other traces: `slower-than-usual` and `context-lost`. */
  readonly findings: readonly Finding[];
  /** The other traces of the same service and name; not there if there are none that have ended. */
  readonly usual?: UsualJson;
}

/** What the traces of the same service and name are like. */
export interface UsualJson {
  /** Their number, without the trace itself. */
  readonly sampleCount: number;
  /** The median of the durations of their main roots, in nanoseconds. */
  readonly medianNanos: number;
  /** A trace with this duration. */
  readonly medianTraceId: string;
}
