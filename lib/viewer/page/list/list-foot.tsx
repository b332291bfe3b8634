import { counts } from '../state/live.js';
import type { ListState } from './list-state.js';

/** The line below the list: how many traces there are, and those that wait. */
export function ListFoot({ state }: { readonly state: ListState }) {
  const { kept = 0, seen = 0 } = counts.value?.traces ?? {};
  const isPaused = state.isPaused.value;
  const newCount = state.newCount.value;
  const shown = state.rows.value.length;
  return (
    <footer class="list-foot">
      <span>
        {shown.toLocaleString('en')}
        {state.hasMore.value && '+'} shown · kept {kept.toLocaleString('en')} of{' '}
        {seen.toLocaleString('en')}
      </span>
      <span class="list-follow">
        {newCount > 0 && (
          <button type="button" class="list-new" onClick={() => state.release()}>
            ● {newCount.toLocaleString('en')} new
          </button>
        )}
        <button type="button" aria-pressed={isPaused} onClick={() => state.togglePause()}>
          {isPaused ? 'Follow' : 'Pause'}
        </button>
      </span>
    </footer>
  );
}
