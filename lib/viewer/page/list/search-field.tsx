import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { SuggestionsJson } from '../../api/answers.js';
import { parseQuery } from '../../query/parse.js';
import type { Suggestion } from '../../query/suggest.js';
import type { QueryError } from '../../query/tokens.js';
import { location, setParameters } from '../state/location.js';
import { askForJson } from '../state/server.js';
import type { ListAddress } from './list-address.js';
import { completed, endsWithWord, errorParts } from './query-edit.js';

const FIELD_ID = 'search';
/** While somebody types, the list is asked for after this pause. */
const COMMIT_MILLIS = 300;
const SUGGEST_MILLIS = 60;

/** Puts the cursor into the search field. */
export function focusSearch(): void {
  const field = document.getElementById(FIELD_ID);
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  }
}

/** The query of the list, with completion. */
export function SearchField({
  address,
  error,
}: {
  readonly address: ListAddress;
  /** What the server says about the query of the address. */
  readonly error: QueryError | undefined;
}) {
  const field = useRef<HTMLInputElement>(null);
  const text = useSignal(address.query);
  const suggestions = useSignal<readonly Suggestion[]>([]);
  const active = useSignal(-1);
  const asked = useRef(0);
  const hasEntry = useRef(false);
  const commitTimer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const suggestTimer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const listId = useId();
  const errorId = useId();

  // The address changes by links and by the buttons of the browser too.
  useEffect(() => {
    if (text.peek().trim() !== address.query.trim()) text.value = address.query;
  }, [address.query, text]);
  useEffect(
    () => () => {
      clearTimeout(commitTimer.current);
      clearTimeout(suggestTimer.current);
    },
    [],
  );

  const close = (): void => {
    asked.current++;
    clearTimeout(suggestTimer.current);
    suggestions.value = [];
    active.value = -1;
  };
  // All changes from one Enter to the next are one entry of the history, so that going back leads out of them.
  const commit = (isFinal: boolean): void => {
    clearTimeout(commitTimer.current);
    const query = text.peek().trim();
    if (parseQuery(query).error !== undefined) return;
    if (query !== (location.peek().search.get('q') ?? '').trim()) {
      setParameters({ q: query }, { replace: hasEntry.current });
      hasEntry.current = true;
    }
    if (isFinal) hasEntry.current = false;
  };
  const leave = (): void => {
    close();
    commit(true);
  };
  const commitLater = (): void => {
    clearTimeout(commitTimer.current);
    commitTimer.current = setTimeout(() => {
      // A key that is being written would be searched for as a word, and find nothing.
      const isKey = suggestions.peek().length > 0 && endsWithWord(text.peek());
      if (!isKey) commit(false);
    }, COMMIT_MILLIS);
  };
  const suggestLater = (): void => {
    clearTimeout(suggestTimer.current);
    suggestTimer.current = setTimeout(() => void suggest(), SUGGEST_MILLIS);
  };
  const suggest = async (): Promise<void> => {
    const { current } = field;
    if (current === null || document.activeElement !== current) return;
    const request = ++asked.current;
    const at = current.selectionStart ?? current.value.length;
    const parameters = new URLSearchParams({ q: current.value, at: String(at) });
    try {
      const answer = await askForJson<SuggestionsJson>(`/api/suggest?${parameters}`);
      if (request !== asked.current) return;
      // An answer that comes late must not take away what was chosen meanwhile.
      const chosen = suggestions.peek()[active.peek()]?.text;
      suggestions.value = answer.suggestions;
      active.value = answer.suggestions.findIndex((suggestion) => suggestion.text === chosen);
    } catch {
      // Without suggestions one can search all the same, and the list says if the server is gone.
      suggestions.value = [];
    }
  };
  const accept = (suggestion: Suggestion): void => {
    const { query, cursor } = completed(text.peek(), suggestion);
    text.value = query;
    const { current } = field;
    if (current !== null) {
      current.value = query;
      current.focus();
      current.setSelectionRange(cursor, cursor);
    }
    close();
    suggestLater();
    commitLater();
  };
  const onInput = (event: Event): void => {
    text.value = (event.currentTarget as HTMLInputElement).value;
    suggestLater();
    commitLater();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { length } = suggestions.value;
    const chosen = suggestions.value[active.value];
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        event.preventDefault();
        if (length === 0) {
          suggestLater();
          return;
        }
        const step = event.key === 'ArrowDown' ? 1 : -1;
        // One step beyond the ends is the field itself.
        active.value = ((active.value + 1 + step + length + 1) % (length + 1)) - 1;
        return;
      }
      case 'Tab':
        if (chosen === undefined) return;
        event.preventDefault();
        accept(chosen);
        return;
      case 'Enter':
        if (chosen !== undefined) accept(chosen);
        else {
          close();
          commit(true);
        }
        return;
      case 'Escape':
        if (length > 0) close();
        else field.current?.blur();
    }
  };

  const problem =
    parseQuery(text.value).error ?? (text.value === address.query ? error : undefined);
  const isOpen = suggestions.value.length > 0;
  return (
    <search class="search">
      <input
        ref={field}
        id={FIELD_ID}
        type="text"
        role="combobox"
        aria-label="Search traces"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-activedescendant={active.value === -1 ? undefined : `${listId}-${active.value}`}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : errorId}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder="/  service:orders status:error duration>100ms"
        value={text}
        onInput={onInput}
        onKeyDown={onKeyDown}
        onClick={suggestLater}
        onBlur={leave}
      />
      <Suggestions
        id={listId}
        suggestions={suggestions.value}
        active={active.value}
        onChoose={accept}
      />
      {problem !== undefined && !isOpen && (
        <QueryProblem id={errorId} query={text.value} problem={problem} />
      )}
    </search>
  );
}

function Suggestions({
  id,
  suggestions,
  active,
  onChoose,
}: {
  readonly id: string;
  readonly suggestions: readonly Suggestion[];
  readonly active: number;
  readonly onChoose: (suggestion: Suggestion) => void;
}) {
  return (
    <div
      id={id}
      role="listbox"
      aria-label="Completions"
      class="suggestions"
      hidden={suggestions.length === 0}
      tabIndex={-1}
    >
      {suggestions.map((suggestion, index) => (
        <div
          key={suggestion.text}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          class="suggestion"
          // With "click" the field would have lost the focus before.
          onMouseDown={(event) => {
            event.preventDefault();
            onChoose(suggestion);
          }}
        >
          <span class="suggestion-text">{suggestion.text}</span>
          {suggestion.help !== undefined && <span class="suggestion-help">{suggestion.help}</span>}
          {suggestion.count !== undefined && (
            <span class="suggestion-count">
              {suggestion.count.toLocaleString('en')}
              <span class="unseen"> spans</span>
            </span>
          )}
        </div>
      ))}
    </div>
  );
}

/** What is wrong, and where. */
function QueryProblem({
  id,
  query,
  problem,
}: {
  readonly id: string;
  readonly query: string;
  readonly problem: QueryError;
}) {
  const { before, wrong, after } = errorParts(query, problem);
  return (
    <p id={id} class="query-problem">
      <code>
        {before}
        <mark>{wrong}</mark>
        {after}
      </code>
      <span>
        Column {problem.column + 1}: {problem.message}
      </span>
    </p>
  );
}
