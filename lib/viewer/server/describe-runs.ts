import type { RunJson } from '../api/answers.js';
import type { TraceStore } from '../store/trace-store.js';

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
