import type { TraceRow } from '../../lib/viewer/api/trace-row.js';

/** The row of a complete trace, with the id and the times of a small number. */
export function traceRow(number: number, changes: Partial<TraceRow> = {}): TraceRow {
  return {
    id: number.toString(16).padStart(32, '0'),
    name: `trace ${number}`,
    statusCode: '',
    arrivalMillis: number,
    service: 'orders',
    hasRoot: true,
    services: ['orders'],
    startNanos: String(1_700_000_000_000_000_000n + BigInt(number) * 1_000_000n),
    durationNanos: 1_000_000,
    spanCount: 1,
    spanRevision: 1,
    failedCount: 0,
    logCount: 0,
    state: 'complete',
    runningCount: 0,
    silentCount: 0,
    run: 1,
    orphanCount: 0,
    cycleCount: 0,
    isStarred: false,
    ...changes,
  };
}
