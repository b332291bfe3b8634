import type { TraceStore } from '../store/trace-store.js';

/** A start of the viewer, for the page. */
export interface RunJson {
  /** From 1. */
  readonly run: number;
  /** Epoch milliseconds; undefined if the journal has the start no longer. */
  readonly startedEpochMillis: number | undefined;
  /** The traces that began in it and are stored. */
  readonly traceCount: number;
}

/** The starts of the viewer that have traces, and the current one, from the first to the latest. */
export function describeRuns(store: TraceStore): { run: number; runs: RunJson[] } {
  const counts = new Map<number, number>([[store.runs.current, 0]]);
  for (const { run } of store.entries()) counts.set(run, (counts.get(run) ?? 0) + 1);
  const starts = new Map(store.runs.list().map((each) => [each.run, each.startedEpochMillis]));
  const runs = [...counts]
    .sort(([a], [b]) => a - b)
    .map(([run, traceCount]) => ({ run, startedEpochMillis: starts.get(run), traceCount }));
  return { run: store.runs.current, runs };
}
