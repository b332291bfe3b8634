import './findings.css';
import { counted, formatPart } from '../../analysis/durations.js';
import { durationOf } from '../../analysis/trace-tree.js';
import type { TraceModel } from './trace-model.js';
import type { TraceState } from './trace-state.js';

/** What a reader of the trace should know about it, the most expensive first. */
export function FindingsView({
  state,
  model,
}: {
  readonly state: TraceState;
  readonly model: TraceModel;
}) {
  const findings = state.findings.value;
  const { tree } = model.analysis;
  const whole = tree.mainRoot === -1 ? 0 : durationOf(tree, tree.mainRoot);
  if (findings === undefined || findings.length === 0) {
    return (
      <div class="trace-view findings">
        <p class="dim">
          {findings === undefined
            ? 'Looking for findings …'
            : 'Nothing was found: no repeated calls, retries, timeouts or missing spans.'}
        </p>
      </div>
    );
  }
  return (
    <div class="trace-view findings">
      <ol>
        {findings.map(({ kind, text, how, rows, pathNanos }) => (
          <li key={text}>
            <h2>{text}</h2>
            <p class="dim">{how}.</p>
            <p>
              {rows.length > 0 && (
                <button type="button" onClick={() => state.pick(rows)}>
                  Show {counted(rows.length, 'span')}
                </button>
              )}
              {pathNanos > 0 && <span>A cure saves at most {formatPart(pathNanos, whole)}</span>}
              <code class="dim">{kind}</code>
            </p>
          </li>
        ))}
      </ol>
    </div>
  );
}
