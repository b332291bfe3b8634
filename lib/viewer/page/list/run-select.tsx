import { setParameters } from '../state/location.js';
import type { ListState } from './list-state.js';
import { runOf, withRun } from './run-term.js';

/** Narrows the list to a start of the application, where there are several. */
export function RunSelect({ state, query }: { readonly state: ListState; readonly query: string }) {
  const current = runOf(query);
  const runs = state.runs.value;
  if (runs.length < 2 && current === undefined) return null;
  const all = [...new Set([...runs, ...(current === undefined ? [] : [current])])];
  return (
    <select
      aria-label="Run"
      value={current ?? ''}
      onChange={({ currentTarget }) => setParameters({ q: withRun(query, currentTarget.value) })}
    >
      <option value="">all runs</option>
      {all
        .sort((a, b) => b - a)
        .map((run) => (
          <option key={run} value={run}>
            run {run}
          </option>
        ))}
    </select>
  );
}
