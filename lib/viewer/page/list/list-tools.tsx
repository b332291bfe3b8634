import { useRef } from 'preact/hooks';
import { chooseFiles } from '../parts/file-import.js';
import { counts } from '../state/live.js';
import { setParameters } from '../state/location.js';
import { filterParameters, type ListAddress } from './list-address.js';
import type { ListRuns } from './list-runs.js';
import type { ListState } from './list-state.js';
import { rangeText } from './row-texts.js';
import { RunSelect } from './run-select.js';

const LAST_MINUTES = [1, 5, 15, 60] as const;
const MINUTE_MILLIS = 60_000;

/** What can be done with the list, beside its search field. */
export function ListTools({
  state,
  runs,
  address,
}: {
  readonly state: ListState;
  readonly runs: ListRuns;
  readonly address: ListAddress;
}) {
  return (
    <div class="list-tools">
      <RunSelect runs={runs} query={address.query} />
      <TimeSelect {...address} />
      <button type="button" onClick={chooseFiles} title="Or drop files anywhere on the page">
        Import
      </button>
      <a
        class="button"
        href={`/api/export?${filterParameters(address)}`}
        download="traces.jsonl"
        title="The traces that the list shows, with their logs, as OTLP"
      >
        Export
      </a>
      <DeleteAll state={state} />
    </div>
  );
}

function TimeSelect({ from, to }: ListAddress) {
  const narrow = (minutes: string): void => {
    const since = Date.now() - Number(minutes) * MINUTE_MILLIS;
    setParameters({ from: minutes === '' ? undefined : String(since), to: undefined });
  };
  const range = rangeText(from, to);
  if (range !== '') {
    return (
      <span class="list-range">
        {range}
        <button
          type="button"
          aria-label="Show traces of all times"
          onClick={() => setParameters({ from: undefined, to: undefined })}
        >
          ✕
        </button>
      </span>
    );
  }
  return (
    <select
      aria-label="Time"
      value=""
      onChange={({ currentTarget }) => narrow(currentTarget.value)}
    >
      <option value="">all times</option>
      {LAST_MINUTES.map((minutes) => (
        <option key={minutes} value={minutes}>
          last {minutes === 1 ? 'minute' : `${minutes} minutes`}
        </option>
      ))}
    </select>
  );
}

function DeleteAll({ state }: { readonly state: ListState }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const kept = counts.value?.traces.kept ?? 0;
  const confirm = (): void => {
    dialog.current?.close();
    void state.deleteAll();
  };
  return (
    <>
      <button type="button" disabled={kept === 0} onClick={() => dialog.current?.showModal()}>
        Clear
      </button>
      <dialog ref={dialog} aria-labelledby="delete-title" aria-describedby="delete-text">
        <h2 id="delete-title">Delete all traces?</h2>
        <p id="delete-text">
          {kept.toLocaleString('en')} traces and all logs are dropped, starred ones too. This cannot
          be undone; an export keeps them.
        </p>
        <form method="dialog" class="dialog-buttons">
          <button type="submit">Cancel</button>
          <button type="button" class="dangerous" onClick={confirm}>
            Delete all
          </button>
        </form>
      </dialog>
    </>
  );
}
