import { counted } from '../../analysis/durations.js';
import type { RunJson } from '../../api/answers.js';
import { timeOfDay } from '../parts/time-of-day.js';
import { setParameters } from '../state/location.js';
import type { ListRuns } from './list-runs.js';
import { runOf, withRun } from './run-term.js';

/** Narrows the list to a start of the viewer, where there are several. */
export function RunSelect({ runs, query }: { readonly runs: ListRuns; readonly query: string }) {
  const current = runOf(query);
  const known = runs.runs.value;
  if (known.length < 2 && current === undefined) return null;
  const isKnown = current === undefined || known.some(({ run }) => run === current);
  const all = isKnown ? known : [...known, { run: current, traceCount: 0 }];
  return (
    <select
      aria-label="Run"
      value={current ?? ''}
      onChange={({ currentTarget }) => setParameters({ q: withRun(query, currentTarget.value) })}
    >
      <option value="">all runs</option>
      {all
        .toSorted((a, b) => b.run - a.run)
        .map((run) => (
          <option key={run.run} value={run.run}>
            {textOf(run)}
          </option>
        ))}
    </select>
  );
}

/** `run 2, 12:04:31, 40 traces`. */
function textOf({ run, startedEpochMillis, traceCount }: RunJson): string {
  const texts = [`run ${run}`];
  if (startedEpochMillis !== undefined) {
    const [seconds = ''] = timeOfDay(BigInt(startedEpochMillis) * 1_000_000n).split('.');
    texts.push(seconds);
  }
  return [...texts, counted(traceCount, 'trace')].join(', ');
}
