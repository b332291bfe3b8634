import type { RefObject } from 'preact';
import { counted } from '../../analysis/durations.js';
import { type Filter, VIEWS } from './trace-address.js';
import { VIEW_LABELS } from './trace-keys.js';
import type { TraceState } from './trace-state.js';

/** The views, the search inside of the trace, and the filters. */
export function TraceTools({
  state,
  searchField,
}: {
  readonly state: TraceState;
  readonly searchField: RefObject<HTMLInputElement | null>;
}) {
  const view = state.view.value;
  return (
    <div class="trace-tools">
      <nav class="views" aria-label="Views">
        {VIEWS.map((name, index) => (
          <button
            key={name}
            type="button"
            aria-current={name === view ? 'page' : undefined}
            onClick={() => state.setView(name)}
          >
            <kbd>{index + 1}</kbd>
            {VIEW_LABELS[name]}
            {name === 'findings' && countText(state.findings.value?.length)}
            {name === 'logs' && countText(state.logs.value.length)}
          </button>
        ))}
      </nav>
      {view === 'waterfall' && (
        <>
          <Search state={state} searchField={searchField} />
          <FilterBox state={state} filter="path" label="path only" />
          <FilterBox state={state} filter="errors" label="errors only" />
        </>
      )}
    </div>
  );
}

function countText(count: number | undefined): string {
  return count === undefined || count === 0 ? '' : ` ${count.toLocaleString('en')}`;
}

function FilterBox({
  state,
  filter,
  label,
}: {
  readonly state: TraceState;
  readonly filter: Filter;
  readonly label: string;
}) {
  return (
    <label>
      <input
        type="checkbox"
        checked={state.filters.value.has(filter)}
        onChange={() => state.toggleFilter(filter)}
      />
      {label}
    </label>
  );
}

function Search({
  state,
  searchField,
}: {
  readonly state: TraceState;
  readonly searchField: RefObject<HTMLInputElement | null>;
}) {
  const { matches, error } = state.search.value;
  const onKeyDown = (event: KeyboardEvent): void => {
    // The focus goes to the row, so that `n` and `N` go on from there.
    if (event.key === 'Enter') state.goToMatch(event.shiftKey ? -1 : 1, true);
    if (event.key !== 'Escape') return;
    if (state.query.peek() !== '') state.setQuery('');
    searchField.current?.blur();
  };
  return (
    <search class="find">
      <input
        ref={searchField}
        type="search"
        aria-label="Find in the trace"
        placeholder="/ find in trace"
        value={state.query.value}
        aria-invalid={error !== undefined}
        aria-describedby="find-result"
        spellcheck={false}
        onInput={({ currentTarget }) => state.setQuery(currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <span id="find-result" class={error === undefined ? 'dim' : 'bad'}>
        {error !== undefined && `${error.message}, at ${error.column + 1}`}
        {matches !== undefined && counted(matches.count, 'match').replace(/matchs$/, 'matches')}
      </span>
      {matches !== undefined && (
        <label>
          <input
            type="checkbox"
            checked={state.hidesOthers.value}
            onChange={({ currentTarget }) => state.setHidesOthers(currentTarget.checked)}
          />
          hide others
        </label>
      )}
    </search>
  );
}
