import './logs.css';
import { formatNanos } from '../../analysis/durations.js';
import type { LogJson } from '../../api/log-json.js';
import { timeOfDay } from '../parts/time-of-day.js';
import { logText, severityOf } from './log-text.js';

/** More records are left out; the view of logs has all. */
const MAX_SHOWN = 50;

/** The log records of a span. @param base epoch nanoseconds from which times are counted */
export function LogList({
  logs,
  base,
}: {
  readonly logs: readonly LogJson[];
  readonly base: bigint;
}) {
  return (
    <>
      <ol class="logs">
        {logs.slice(0, MAX_SHOWN).map((log, index) => (
          <li key={index} class={`log log-${severityOf(log)}`}>
            <span class="dim" title={timeOfDay(log.timeNanos)}>
              {formatNanos(Number(BigInt(log.timeNanos) - base))}
            </span>{' '}
            <b>{severityOf(log)}</b> {logText(log)}
          </li>
        ))}
      </ol>
      {logs.length > MAX_SHOWN && (
        <p class="dim">{logs.length - MAX_SHOWN} more are in the view of logs.</p>
      )}
    </>
  );
}
